// What I agreed to for the applications of my family, each to be taken back.

const { page } = require("../../lib/view");
const { mine } = require("../../lib/consents");

Page(
  page({
    data: { items: [], proven: false },
    async load() {
      this.setData(await mine());
    },
    /** @param {any} event */
    open(event) {
      wx.navigateTo({ url: `/pages/consent/index?id=${event.currentTarget.dataset.id}` });
    },
  }),
);
