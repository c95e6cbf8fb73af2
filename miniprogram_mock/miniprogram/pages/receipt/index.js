// The dated receipt: what to keep, and what comes next.

const { page } = require("../../lib/view");
const { day } = require("../../lib/words");

Page(
  page({
    data: { code: "", on: "" },
    onLoad(/** @type {Record<string, string>} */ query) {
      this.setData({ code: query.code, on: day(query.on), id: query.id });
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
