// Who I am here, my messages, whom I act for, and leaving this phone.

const { page, setElder } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const store = require("../../lib/store");
const { mark } = require("../../lib/inbox");

Page(
  page({
    data: { me: null, known: false, elder: false, shared: false, busy: false, phoned: "" },
    async load() {
      this.setData({ known: Boolean(session.token()), elder: Boolean(store.get("phone.elder")), shared: Boolean(store.get("phone.shared")) });
      if (!session.token()) return;
      const { data } = await api.get("/me");
      this.setData({ me: shown(data) });
      mark(data.unread);
    },
    /** WeChat's own question was answered: a code for the number, or none. @param {any} event */
    async phoned(event) {
      const { code, errMsg } = event.detail;
      if (!code) return this.setData({ phoned: /deny|cancel/.test(errMsg) ? "denied" : "failed" });
      this.setData({ busy: true, problem: null, phoned: "" });
      try {
        const { data } = await api.post("/me/phone", { code });
        this.setData({ me: shown(data), busy: false, phoned: "kept" });
      } catch (failure) {
        this.fail(failure);
      }
    },
    switchElder() {
      setElder(!this.data.elder);
      this.onShow();
    },
    async leave() {
      const { confirm } = await wx.showModal({
        title: "退出登录？", content: "没发出去的内容会从这部手机上清掉。已经存到镇里的都还在。", confirmText: "退出", cancelText: "不退出",
      });
      if (!confirm) return;
      try {
        await session.logOut();
        mark(0);
      } catch (failure) {
        api.told(failure); // the phone has forgotten; the server's token runs out by itself
      }
      wx.reLaunch({ url: "/pages/home/index" });
    },
  }),
);

/** With the code by which the counter knows this account among those of one name. @param {any} me */
function shown(me) {
  return { ...me, code: me.accountId.slice(-8).toUpperCase() };
}
