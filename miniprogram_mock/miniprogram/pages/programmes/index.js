// All that can be applied for here, for those who know what they want.

const { page } = require("../../lib/view");
const api = require("../../lib/api");

Page(
  page({
    data: { programmes: [] },
    async load() {
      const { data } = await api.get("/programmes", { token: null });
      this.setData({ programmes: data.items });
    },
    /** @param {any} event */
    choose(event) {
      const { code } = event.currentTarget.dataset;
      const { mandate } = this.query;
      wx.navigateTo({ url: `/pages/start/index?programme=${code}${mandate ? `&mandate=${mandate}` : ""}` });
    },
  }),
);
