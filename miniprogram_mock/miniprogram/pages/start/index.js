// For whom and where: then there is a draft that nothing can lose any more.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const session = require("../../lib/session");

const LEVELS = ["省", "市", "县、区", "镇、街道", "村、社区"];

Page(
  page({
    data: {
      programme: null, area: "", errors: {}, busy: false, mandates: [], forWhom: "me",
      levels: LEVELS.map((label) => ({ label, options: [], names: [], index: -1 })),
      areas: [{ value: "urban", text: "城里（城镇户口）" }, { value: "rural", text: "农村" }],
    },
    async load() {
      if (this.data.programme) return;
      await session.ensure();
      const me = (await api.get("/me")).data;
      if (!me.name) {
        const then = encodeURIComponent(`/pages/start/index?programme=${this.query.programme}`);
        wx.redirectTo({ url: `/pages/who/index?then=${then}` });
        return;
      }
      const { data } = await api.get(`/programmes/${this.query.programme}`, { token: null });
      this.setData({ programme: data.programme, me: me.name });
      const kept = drafts.kept("start") || {};
      this.setData({ area: kept.area || "" });
      await this.fill(0, "", kept.places || []);
    },
    /** Offer the places of one level, and those below as far as they were chosen before. */
    async fill(/** @type {number} */ level, /** @type {string} */ parent, /** @type {string[]} */ chosen) {
      const { data } = await api.get(`/divisions${parent ? `?parent=${parent}` : ""}`, { token: null });
      const index = data.items.findIndex((/** @type {any} */ one) => one.code === chosen[level]);
      const levels = this.data.levels.map((/** @type {any} */ one, /** @type {number} */ n) =>
        n < level ? one
        : n === level ? { ...one, options: data.items, names: data.items.map((/** @type {any} */ p) => p.name), index }
        : { ...one, options: [], names: [], index: -1 });
      this.setData({ levels });
      if (data.items.length === 1 && index < 0) chosen = [...chosen.slice(0, level), data.items[0].code];
      const found = data.items.find((/** @type {any} */ one) => one.code === chosen[level]);
      if (found) {
        this.setData({ [`levels[${level}].index`]: data.items.indexOf(found) });
        if (level + 1 < LEVELS.length) await this.fill(level + 1, found.code, chosen);
      }
    },
    /** @param {any} event */
    async place(event) {
      const level = Number(event.currentTarget.dataset.level);
      const { levels } = this.data;
      const codes = levels.slice(0, level).map((/** @type {any} */ one) => one.options[one.index].code);
      const picked = levels[level].options[Number(event.detail.value)];
      this.setData({ [`levels[${level}].index`]: Number(event.detail.value), "errors.division": "" });
      drafts.keep("start", { area: this.data.area, places: [...codes, picked.code] });
      try {
        if (level + 1 < LEVELS.length) await this.fill(level + 1, picked.code, []);
      } catch (failure) {
        this.fail(failure);
      }
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [name]: value, [`errors.${name}`]: "" });
      drafts.keep("start", { ...drafts.kept("start"), area: this.data.area });
    },
    async create() {
      const last = this.data.levels[LEVELS.length - 1];
      const errors = {
        division: last.index < 0 ? "请选到村或社区。" : "",
        area: this.data.area ? "" : "请选一个。",
      };
      this.setData({ errors });
      if (errors.division || errors.area) return faults.showFirst(errors, ["division", "area"]);
      this.setData({ busy: true, problem: null });
      // one wish, one key: a second tap or a lost answer makes no second application
      this.key = this.key || api.newKey();
      try {
        const body = { programme: this.query.programme, division: last.options[last.index].code, area: this.data.area };
        const { data } = await api.post("/applications", body, { key: this.key });
        drafts.done("start");
        wx.redirectTo({ url: `/pages/draft/index?id=${data.id}` });
      } catch (failure) {
        const problem = this.fail(failure);
        if (!problem.unheard) this.key = "";
        this.setData({ errors: faults.atFields(problem) });
      }
    },
  }),
);
