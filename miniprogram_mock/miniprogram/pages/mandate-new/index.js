// Whom I act for: name, ID number and place, as on the card.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const { idFault, plainId } = require("../../lib/words");

const ORDER = ["principalName", "principalIdNumber", "division"];

Page(
  page({
    data: { form: { principalName: "", principalIdNumber: "", codes: [], division: "" }, errors: {}, busy: false },
    onLoad() {
      this.setData({ form: { ...this.data.form, ...drafts.kept("mandate") } });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [`form.${name}`]: value, [`errors.${name}`]: "" });
      drafts.keep("mandate", this.data.form);
    },
    /** @param {any} event */
    place(event) {
      this.setData({ "form.division": event.detail.code, "form.codes": event.detail.codes, "errors.division": "" });
      drafts.keep("mandate", this.data.form);
    },
    async next() {
      const { form } = this.data;
      const errors = {
        principalName: form.principalName.trim() ? "" : "请填他的姓名。",
        principalIdNumber: idFault(form.principalIdNumber),
        division: form.division ? "" : "请选到村或社区。",
      };
      this.setData({ errors });
      if (Object.values(errors).some(Boolean)) return faults.showFirst(errors, ORDER);
      this.setData({ busy: true, problem: null });
      this.key = this.key || api.newKey();
      try {
        const body = { principalName: form.principalName.trim(), principalIdNumber: plainId(form.principalIdNumber), division: form.division };
        const { data } = await api.post("/mandates", body, { key: this.key });
        drafts.done("mandate");
        wx.redirectTo({ url: `/pages/mandate/index?id=${data.id}` });
      } catch (failure) {
        const problem = this.fail(failure);
        if (!problem.unheard) this.key = "";
        const told = faults.atFields(problem);
        this.setData({ errors: told });
        faults.showFirst(told, ORDER);
      }
    },
  }),
);
