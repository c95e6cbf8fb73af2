// All that can be applied for here, for those who know what they want.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const mandates = require("../../lib/mandates");

Page(
  page({
    data: { programmes: [], whose: null },
    async load() {
      const { data } = await api.get("/programmes", { token: null });
      const { mandate } = this.query;
      this.setData({ programmes: data.items, whose: mandate ? await mandates.read(mandate) : null });
    },
    /** @param {any} event */
    choose(event) {
      const { code } = event.currentTarget.dataset;
      const { mandate } = this.query;
      wx.navigateTo({ url: `/pages/start/index?programme=${code}${mandate ? `&mandate=${mandate}` : ""}` });
    },
  }),
);
