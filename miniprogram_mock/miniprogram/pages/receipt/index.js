// The dated receipt: what to keep, and what comes next.

const { page } = require("../../lib/view");
const letters = require("../../lib/letters");
const { day } = require("../../lib/words");

Page(
  page({
    data: { code: "", on: "", busy: false },
    onLoad(/** @type {Record<string, string>} */ query) {
      this.setData({ code: query.code, on: day(query.on), id: query.id });
    },
    async read() {
      this.setData({ busy: true, problem: null });
      try {
        await letters.open(`/applications/${this.data.id}/receipt.pdf`);
        this.setData({ busy: false });
      } catch (failure) {
        this.fail(failure);
      }
    },
    copy() {
      wx.setClipboardData({ data: this.data.code });
    },
    family() {
      wx.redirectTo({ url: `/pages/family/index?id=${this.data.id}` });
    },
    follow() {
      wx.redirectTo({ url: `/pages/case/index?id=${this.data.id}` });
    },
  }),
);
