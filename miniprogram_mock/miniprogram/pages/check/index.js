// Everything once more, what is missing all at once, and handing it in.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const cases = require("../../lib/cases");
const { gapsOf } = require("../../lib/gaps");
const drafts = require("../../lib/drafts");
const outbox = require("../../lib/outbox");
const { RELATION, yuan } = require("../../lib/words");

Page(
  page({
    data: { found: null, gaps: [], people: [], money: "", busy: false, waiting: 0 },
    async load() {
      const found = await cases.read(this.query.id);
      this.setData({
        found,
        gaps: gapsOf(found),
        people: found.members.map((/** @type {any} */ one) => `${one.name}（${RELATION[one.relation]}${one.role === "supporter" ? "，不住一起" : ""}）${one.idNumber}`),
        money: found.cashAssetsUnknown ? "请镇里帮着查" : found.cashAssetsFen === null ? "没有填" : `${yuan(found.cashAssetsFen)} 元`,
        waiting: outbox.waiting(found.id).length,
        unsigned: found.members.filter((/** @type {any} */ one) => one.signer && !one.signer.counts).length,
      });
    },
    /** @param {any} event */
    open(event) {
      wx.navigateTo({ url: `${event.currentTarget.dataset.url}?id=${this.query.id}` });
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
