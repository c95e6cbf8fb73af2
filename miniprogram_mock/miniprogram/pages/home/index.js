// The first page: my matters, one big next step, and the ways in.

const { page, setElder } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const store = require("../../lib/store");
const { mark } = require("../../lib/inbox");
const { caseState } = require("../../lib/words");

const OVER = ["withdrawn", "lapsed", "denied"];

Page(
  page({
    data: { elder: false, known: false, current: null, news: null, unread: 0 },
    async load() {
      this.setData({ elder: Boolean(store.get("phone.elder")), known: Boolean(session.token()) });
      if (!session.token()) return;
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

/** What this person should do next with a case. @param {any} one */
function stepOf(one) {
  const { text, tone } = caseState(one.state);
  const open = one.state === "draft" || one.state === "correction_requested";
  if (open) return { text, tone, step: one.state === "draft" ? "接着填申请" : "按镇里说的改一改", url: `/pages/draft/index?id=${one.id}` };
  if (one.state === "awaiting_consent") return { text, tone, step: "请家人签字", url: `/pages/family/index?id=${one.id}` };
  return { text, tone, step: "看办到哪一步", url: `/pages/case/index?id=${one.id}` };
}
