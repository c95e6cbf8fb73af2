// One consent of mine: what I agreed to, what taking it back means, and the receipt afterwards.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const letters = require("../../lib/letters");
const { mine } = require("../../lib/consents");

Page(
  page({
    data: { found: null, gone: false, reason: "", busy: false, now: false },
    async load() {
      const { items } = await mine();
      const found = items.find((/** @type {any} */ one) => one.id === this.query.id);
      this.setData({ found: found || null, gone: !found, reason: drafts.kept(`consent.${this.query.id}`) || "" });
    },
    /** @param {any} event */
    typed(event) {
      this.setData({ reason: event.detail.value });
      drafts.keep(`consent.${this.query.id}`, event.detail.value);
    },
    async withdraw() {
      const { confirm } = await wx.showModal({
        title: "要收回同意吗？", content: "收回以后，不再查新的。已经查过的，依法保存。家里人的申请可能办不下去。",
        confirmText: "收回", cancelText: "不收回",
      });
      if (!confirm || this.data.busy) return;
      this.setData({ busy: true, problem: null });
      try {
        await api.post(`/consents/${this.query.id}/withdrawal`, { reason: this.data.reason.trim() || null });
        drafts.done(`consent.${this.query.id}`);
        this.setData({ busy: false, now: true });
        wx.pageScrollTo({ scrollTop: 0, duration: 0 });
        this.again();
      } catch (failure) {
        const problem = this.fail(failure);
        if (problem.code === "consent_not_standing") this.again(); // it was taken back before
      }
    },
    async read() {
      this.setData({ busy: true, problem: null });
      try {
        await letters.open(`/consents/${this.query.id}/letter.pdf`);
        this.setData({ busy: false });
      } catch (failure) {
        this.fail(failure);
      }
    },
    async copyEvidence() {
      this.setData({ busy: true, problem: null });
      try {
        const { data } = await api.get(`/consents/${this.query.id}/evidence`);
        wx.setClipboardData({ data: JSON.stringify(data) });
        this.setData({ busy: false });
      } catch (failure) {
        this.fail(failure);
      }
    },
    done() {
      wx.navigateBack({ delta: 1 });
    },
  }),
);
