// A place down to the village, chosen level by level; gives `change` with {code, codes, names}.

const api = require("../../lib/api");
const store = require("../../lib/store");

const LEVELS = ["省", "市", "县、区", "镇、街道", "村、社区"];

Component({
  properties: {
    label: { type: String, value: "住在哪里" },
    codes: { type: Array, value: [] }, // what was chosen before, from the province down
    error: { type: String, value: "" },
  },
  data: { levels: /** @type {any[]} */ ([]), problem: "" },
  lifetimes: {
    attached() {
      this.setData({ levels: LEVELS.map((label) => ({ label, options: [], names: [], index: -1 })) });
      this.fill(0, "", this.before());
    },
  },
  methods: {
    again() {
      this.fill(0, "", this.before());
    },
    /** What the page knows, else the place that was chosen last on this phone: most people have one village. */
    before() {
      return this.data.codes.length ? this.data.codes : store.get("place") || [];
    },
    /** Offer the places of one level, and those below as far as they were chosen before or there is no choice.
     * @param {number} level @param {string} parent @param {string[]} chosen */
    async fill(level, parent, chosen) {
      try {
        const { data } = await api.get(`/divisions${parent ? `?parent=${parent}` : ""}`, { token: null });
        const options = data.items;
        const only = options.length === 1 ? options[0].code : chosen[level];
        const index = options.findIndex((/** @type {any} */ one) => one.code === only);
        const levels = this.data.levels.map((one, n) =>
          n < level ? one
          : n === level ? { ...one, options, names: options.map((/** @type {any} */ place) => place.name), index }
          : { ...one, options: [], names: [], index: -1 });
        this.setData({ levels, problem: "" });
        if (index < 0) return;
        if (level + 1 < LEVELS.length) await this.fill(level + 1, only, chosen);
        else this.tell();
      } catch (failure) {
        this.setData({ problem: api.told(failure).title });
      }
    },
    /** @param {any} event */
    pick(event) {
      const level = Number(event.currentTarget.dataset.level);
      const index = Number(event.detail.value);
      this.setData({ [`levels[${level}].index`]: index });
      if (level + 1 < LEVELS.length) {
        this.fill(level + 1, this.data.levels[level].options[index].code, []);
      }
      this.tell();
    },
    tell() {
      const picked = this.data.levels.filter((one) => one.index >= 0).map((one) => one.options[one.index]);
      const last = this.data.levels[LEVELS.length - 1];
      if (last.index >= 0) store.put("place", picked.map((one) => one.code));
      this.triggerEvent("change", {
        code: last.index >= 0 ? last.options[last.index].code : "",
        codes: picked.map((one) => one.code),
        name: picked.map((one) => one.name).join(""),
      });
    },
  },
});
