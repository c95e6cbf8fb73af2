// Those for whom I act, side by side: each with the signed paper, the applications, and what is next; who waits for
// me comes first.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const mandates = require("../../lib/mandates");
const session = require("../../lib/session");
const { stepOf } = require("../../lib/next_step");
const { day } = require("../../lib/words");

const OVER = ["withdrawn", "lapsed", "denied"];
const MOST = 100;
const ENDS = {
  given: { title: "不让他再办了？", content: "收回后，他不能再替您办，也看不到您的申请。交过的申请还接着办。", confirmText: "收回", cancelText: "不收回" },
  held: { title: "不替他办了？", content: "退回后，您看不到他的申请，也不能再替他办。交过的申请还接着办。", confirmText: "不办了", cancelText: "接着办" },
};

Page(
  page({
    data: { items: [], given: [], acting: 0, waiting: 0, busy: false },
    async load() {
      await session.ensure();
      const me = (await api.get("/me")).data;
      if (!me.name) {
        wx.redirectTo({ url: `/pages/who/index?then=${encodeURIComponent("/pages/mandates/index")}` });
        return;
      }
      const [{ held, given }, cases, programmes] = await Promise.all([
        mandates.all(), api.get(`/applications?limit=${MOST}`), api.get("/programmes", { token: null }),
      ]);
      const names = Object.fromEntries(programmes.data.items.map((/** @type {any} */ one) => [one.code, one.name.zh]));
      const items = held.map((/** @type {any} */ one) => shown(one, cases.data.items, names));
      this.setData({
        given: given.filter((/** @type {any} */ one) => !one.ended && one.state !== "refused").map((/** @type {any} */ one) => ({ ...one, until: day(one.validUntil) })),
        items: items.sort((/** @type {any} */ a, /** @type {any} */ b) => a.rank - b.rank),
        acting: items.filter((/** @type {any} */ one) => !one.ended).length,
        waiting: items.filter((/** @type {any} */ one) => one.rank === 0).length,
      });
    },
    /** What I gave I may take back at any time, and what I took on I may give back. @param {any} event */
    async revoke(event) {
      const { id, ask } = event.currentTarget.dataset;
      const { confirm } = await wx.showModal(ENDS[/** @type {keyof typeof ENDS} */ (ask)]);
      if (!confirm || this.data.busy) return;
      this.setData({ busy: true, problem: null });
      try {
        await api.post(`/mandates/${id}/revocation`, undefined);
        this.setData({ busy: false });
        this.again();
      } catch (failure) {
        this.fail(failure);
      }
    },
  }),
);

/** @param {any} one a mandate @param {any[]} cases all of mine @param {Record<string, string>} names of programmes */
function shown(one, cases, names) {
  const matters = cases
    .filter((other) => other.mandateId === one.id)
    .map((other) => ({ id: other.id, name: names[other.programme] || other.programme, over: OVER.includes(other.state), ...stepOf(other) }));
  const paper = ["awaiting_paper", "refused"].includes(one.state) && !one.ended;
  const active = one.state === "active" && !one.ended;
  const idle = active && matters.every((matter) => matter.over);
  const mine = paper || idle || matters.some((matter) => matter.mine);
  return {
    ...one, matters, paper, active, idle, again: active && !idle, until: day(one.validUntil),
    sent: one.state === "submitted" && !one.ended, rank: one.ended ? 2 : mine ? 0 : 1,
  };
}
