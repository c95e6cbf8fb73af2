// For whom and where: then there is a draft that nothing can lose any more.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const session = require("../../lib/session");

Page(
  page({
    data: {
      programme: null, area: "", division: "", codes: [], errors: {}, busy: false,
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
      const kept = drafts.kept("start") || {};
      this.setData({ codes: kept.codes || [], area: kept.area || "" });
      this.setData({ programme: data.programme });
    },
    /** @param {any} event */
    place(event) {
      this.setData({ division: event.detail.code, "errors.division": "" });
      drafts.keep("start", { area: this.data.area, codes: event.detail.codes });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [name]: value, [`errors.${name}`]: "" });
      drafts.keep("start", { ...drafts.kept("start"), area: this.data.area });
    },
    async create() {
      const errors = {
        division: this.data.division ? "" : "请选到村或社区。",
        area: this.data.area ? "" : "请选一个。",
      };
      this.setData({ errors });
      if (errors.division || errors.area) return faults.showFirst(errors, ["division", "area"]);
      this.setData({ busy: true, problem: null });
      // one wish, one key: a second tap or a lost answer makes no second application
      this.key = this.key || api.newKey();
      try {
        const body = { programme: this.query.programme, division: this.data.division, area: this.data.area, mandateId: this.query.mandate || null };
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
