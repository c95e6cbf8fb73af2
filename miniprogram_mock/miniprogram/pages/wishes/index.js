// The board of micro-wishes (微心愿): what somebody wishes for, without the name.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const { kinds } = require("../../lib/wishes");
const { yuan } = require("../../lib/words");

Page(
  page({
    data: { items: [], next: null },
    async load() {
      const [names, found] = await Promise.all([kinds(), api.get("/wishes?limit=20", { token: null })]);
      this.names = Object.fromEntries(names.map((/** @type {any} */ one) => [one.code, one.name]));
      this.setData({ items: found.data.items.map((/** @type {any} */ one) => this.shown(one)), next: found.data.nextCursor });
    },
    shown(/** @type {any} */ one) {
      return { ...one, kindName: this.names[one.kind] || one.kind, worth: yuan(one.valueFen).replace(".00", "") };
    },
    async more() {
      try {
        const { data } = await api.get(`/wishes?limit=20&cursor=${encodeURIComponent(this.data.next)}`, { token: null });
        this.setData({ items: [...this.data.items, ...data.items.map((/** @type {any} */ one) => this.shown(one))], next: data.nextCursor });
      } catch (failure) {
        this.fail(failure);
      }
    },
  }),
);
