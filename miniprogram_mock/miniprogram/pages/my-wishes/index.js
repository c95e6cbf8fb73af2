// The wishes that I posted, and those that I took up.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const { wishState } = require("../../lib/wishes");
const { day } = require("../../lib/words");

Page(
  page({
    data: { parts: [] },
    async load() {
      await session.ensure();
      const [asked, given] = await Promise.all(["asked", "given"].map((side) => api.get(`/wishes/mine?side=${side}&limit=50`)));
      this.setData({
        parts: [
          { title: "我的心愿", none: "您还没有说过心愿。", items: asked.data.items.map(shown) },
          { title: "我帮的", none: "您还没有帮过别人。", items: given.data.items.map(shown) },
        ],
      });
    },
    /** @param {any} event */
    open(event) {
      wx.navigateTo({ url: `/pages/wish/index?id=${event.currentTarget.dataset.id}` });
    },
  }),
);

/** @param {any} one */
function shown(one) {
  return { ...one, ...{ state: wishState(one.state) }, due: one.until ? `请在${day(one.until)}前送到` : "" };
}
