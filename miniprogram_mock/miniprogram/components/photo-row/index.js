// Photos that lie with one matter, and adding some; gives `change` when there is one more or one less.

const api = require("../../lib/api");
const photos = require("../../lib/photos");

const MOST = 3; // at once, of a small wish

Component({
  properties: {
    matter: { type: String, value: "" }, // what they lie with: its id
    slot: { type: String, value: "" },
    title: { type: String, value: "" },
    ids: { type: Array, value: /** @type {string[]} */ ([]) },
    add: { type: String, value: "" }, // the button that adds; "" where nothing may be added
    removable: { type: Boolean, value: false },
  },
  data: { shown: /** @type {any[]} */ ([]), sending: false, waiting: false, problem: /** @type {any} */ (null) },
  observers: {
    /** @this {any} @param {string[]} ids */
    ids(ids) {
      const before = Object.fromEntries(this.data.shown.map((/** @type {any} */ one) => [one.id, one.src]));
      this.setData({ shown: ids.map((id) => ({ id, src: before[id] || "" })) });
      this.fetch();
    },
  },
  methods: {
    /** The pictures come after the page stands. */
    async fetch() {
      for (const { id, src } of this.data.shown) {
        if (src) continue;
        const found = await photos.thumb(id).catch(() => ""); // the words in its place say that it is there
        const at = this.data.shown.findIndex((one) => one.id === id);
        if (found && at >= 0) this.setData({ [`shown[${at}].src`]: found });
      }
    },
    async take() {
      const { matter, slot, title } = this.data;
      const taken = await photos.choose(this, MOST);
      if (!taken.length) return;
      this.setData({ sending: true, waiting: false });
      try {
        for (const one of taken) await photos.send(matter, { code: slot, memberId: "", title }, one);
      } catch (failure) {
        this.stumble(failure);
      }
      this.setData({ sending: false });
      this.triggerEvent("change");
    },
    /** What nobody answered goes out by itself when there is a network. @param {any} failure */
    stumble(failure) {
      const { title, detail, code, unheard } = api.told(failure);
      if (unheard) this.setData({ waiting: true });
      else this.setData({ problem: { title, detail, code } });
    },
    /** @param {any} event */
    async remove(event) {
      try {
        if (await photos.remove(event.currentTarget.dataset.id)) this.triggerEvent("change");
      } catch (failure) {
        this.stumble(failure);
      }
    },
    /** @param {any} event */
    look(event) {
      wx.previewImage({ urls: [event.currentTarget.dataset.src] });
    },
  },
});
