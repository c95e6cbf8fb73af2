// What the township and the system told me, newest first.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const store = require("../../lib/store");
const { moment } = require("../../lib/words");

Page(
  page({
    data: { items: [] },
    async load() {
      const { data } = await api.get("/me");
      const seen = store.get("read") || "";
      this.setData({
        items: data.messages.map((/** @type {any} */ one) => ({ ...one, when: moment(one.at), fresh: one.id > seen })),
      });
      if (data.messages.length) store.put("read", data.messages[0].id); // ids grow with time
    },
    /** @param {any} event */
    open(event) {
      const { about } = event.currentTarget.dataset;
      if (about) wx.navigateTo({ url: `/pages/case/index?id=${about}` });
    },
  }),
);
