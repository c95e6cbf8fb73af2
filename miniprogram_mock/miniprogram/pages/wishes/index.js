// The board of micro-wishes (微心愿): what somebody wishes for, without the name.

const { page } = require("../../lib/view");
const api = require("../../lib/api");

Page(
  page({
    data: { items: [], next: null },
    async load() {
      const { data } = await api.get("/wishes?limit=20", { token: null });
      this.setData({ items: data.items, next: data.nextCursor });
    },
    async more() {
      try {
        const { data } = await api.get(`/wishes?limit=20&cursor=${encodeURIComponent(this.data.next)}`, { token: null });
        this.setData({ items: [...this.data.items, ...data.items], next: data.nextCursor });
      } catch (failure) {
        this.fail(failure);
      }
    },
  }),
);
