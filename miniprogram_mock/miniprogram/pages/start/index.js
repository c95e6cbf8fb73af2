// For whom and where: then there is a draft that nothing can lose any more.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const { form } = require("../../lib/form");
const mandates = require("../../lib/mandates");
const session = require("../../lib/session");

Page(
  page({
    ...form({ draft: "start", order: ["division", "area"] }),
    data: {
      programme: null, whose: null, form: { area: "", codes: [], division: "" }, errors: {}, busy: false,
      areas: [{ value: "urban", text: "城里（城镇户口）" }, { value: "rural", text: "农村" }],
    },
    async load() {
      if (this.data.programme) return;
      await session.ensure();
      const me = (await api.get("/me")).data;
      if (!me.name) {
        const { programme, mandate } = this.query;
        const then = encodeURIComponent(`/pages/start/index?programme=${programme}${mandate ? `&mandate=${mandate}` : ""}`);
        wx.redirectTo({ url: `/pages/who/index?then=${then}` });
        return;
      }
      const { data } = await api.get(`/programmes/${this.query.programme}`, { token: null });
      const whose = this.query.mandate ? await mandates.read(this.query.mandate) : null;
      this.draft = `start.${this.query.mandate || "me"}`; // what was begun for one is not another's
      const typed = this.typedBefore();
      if (whose && !typed.codes.length) typed.codes = mandates.codesOf(whose.division);
      this.setData({ form: typed });
      this.setData({ programme: data.programme, whose });
    },
    async create() {
      const { form } = this.data;
      const errors = { division: form.division ? "" : "请选到村或社区。", area: form.area ? "" : "请选一个。" };
      const body = { programme: this.query.programme, division: form.division, area: form.area, mandateId: this.query.mandate || null };
      const made = await this.sendOnce(errors, (/** @type {string} */ key) => api.post("/applications", body, { key }));
      if (made) wx.redirectTo({ url: `/pages/draft/index?id=${made.data.id}` });
    },
  }),
);
