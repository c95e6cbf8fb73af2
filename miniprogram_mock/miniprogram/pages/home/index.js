// The first page: my matters, one big next step, and the ways in.

const { page, setElder } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const store = require("../../lib/store");
const { mark } = require("../../lib/inbox");
const { stepOf } = require("../../lib/next_step");

const OVER = ["withdrawn", "lapsed", "denied"];

Page(
  page({
    data: { elder: false, known: false, left: false, current: null, news: null, unread: 0 },
    async load() {
      this.setData({ elder: Boolean(store.get("phone.elder")), known: Boolean(session.token()), left: Boolean(store.get("phone.left")) });
      if (!session.token()) return this.setData({ current: null, news: null, unread: 0 });
      const [mine, me] = await Promise.all([api.get("/applications?limit=20"), api.get("/me")]);
      const current = mine.data.items.find((/** @type {any} */ one) => !OVER.includes(one.state));
      this.setData({
        current: current ? { ...current, ...stepOf(current) } : null,
        news: me.data.messages.find((/** @type {any} */ one) => !one.read) || null,
        unread: me.data.unread,
      });
      mark(me.data.unread);
    },
    switchElder() {
      setElder(!this.data.elder);
      this.onShow();
    },
    need() {
      wx.navigateTo({ url: "/pages/need/index" });
    },
    go() {
      wx.navigateTo({ url: this.data.current.url });
    },
  }),
);
