// Everything once more, what is missing all at once, and handing it in.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const cases = require("../../lib/cases");
const drafts = require("../../lib/drafts");
const outbox = require("../../lib/outbox");
const { RELATION, yuan } = require("../../lib/words");

Page(
  page({
    data: { found: null, people: [], money: "", busy: false, waiting: 0 },
    async load() {
      const found = await cases.read(this.query.id);
      this.setData({
        found,
        people: found.members.map((/** @type {any} */ one) => `${one.name}（${RELATION[one.relation]}${one.role === "supporter" ? "，不住一起" : ""}）${one.idNumber}`),
        money: found.cashAssetsUnknown ? "请镇里帮着查" : found.cashAssetsFen === null ? "没有填" : `${yuan(found.cashAssetsFen)} 元`,
        waiting: outbox.waiting(found.id).length,
        unsigned: found.members.filter((/** @type {any} */ one) => one.signer && !one.signer.counts).length,
      });
    },
    /** @param {any} event */
    open(event) {
      const { path } = event.currentTarget.dataset;
      wx.navigateTo({ url: `${placeOf(path)}?id=${this.query.id}` });
    },
    async submit() {
      if (this.data.busy) return;
      this.setData({ busy: true, problem: null });
      const { found } = this.data;
      // kept, so that a closed app hands in the same wish again and not a second one
      const key = drafts.kept(`submit.${found.id}`) || api.newKey();
      drafts.keep(`submit.${found.id}`, key);
      try {
        const { data } = await api.post(`/applications/${found.id}/submission`, undefined, { key, match: found.etag });
        drafts.done(`submit.${found.id}`);
        wx.redirectTo({ url: `/pages/receipt/index?id=${found.id}&code=${data.receiptCode}&on=${data.submittedOn}` });
      } catch (failure) {
        const problem = this.fail(failure);
        if (!problem.unheard) drafts.done(`submit.${found.id}`);
        if (problem.code === "version_stale" || problem.code === "application_incomplete") this.again();
      }
    },
  }),
);

/** The page where a gap is closed. @param {string} path */
function placeOf(path) {
  if (path.includes("/documents/")) return "/pages/photos/index";
  if (path === "/truthPromise" || path === "/staffRelatives") return "/pages/promise/index";
  if (path.startsWith("/cashAssets")) return "/pages/assets/index";
  return "/pages/people/index";
}
