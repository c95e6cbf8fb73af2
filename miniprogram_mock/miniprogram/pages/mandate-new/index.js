// Whom I act for: name, ID number and place, as on the card.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const { form } = require("../../lib/form");
const { idFault, plainId } = require("../../lib/words");

Page(
  page({
    ...form({ draft: "mandate", order: ["principalName", "principalIdNumber", "division"] }),
    data: { form: { principalName: "", principalIdNumber: "", codes: [], division: "" }, errors: {}, busy: false },
    onLoad() {
      this.setData({ form: this.typedBefore() });
    },
    async next() {
      const { form } = this.data;
      const errors = {
        principalName: form.principalName.trim() ? "" : "请填他的姓名。",
        principalIdNumber: idFault(form.principalIdNumber),
        division: form.division ? "" : "请选到村或社区。",
      };
      const body = { principalName: form.principalName.trim(), principalIdNumber: plainId(form.principalIdNumber), division: form.division };
      const made = await this.sendOnce(errors, (/** @type {string} */ key) => api.post("/mandates", body, { key }));
      if (made) wx.redirectTo({ url: `/pages/mandate/index?id=${made.data.id}` });
    },
  }),
);
