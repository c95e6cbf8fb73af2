// Who holds this phone: name and ID number, said once.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const session = require("../../lib/session");
const store = require("../../lib/store");
const { idFault, plainId } = require("../../lib/words");

Page(
  page({
    data: { name: "", idNumber: "", shared: "own", errors: {}, busy: false,
      phones: [
        { value: "own", text: "我自己的手机" },
        { value: "shared", text: "别人的，或几个人一起用的手机", more: "办完 12 小时不用，会自动退出" },
      ] },
    onLoad() {
      this.setData({ ...drafts.kept("who"), shared: store.get("phone.shared") ? "shared" : "own" });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [name]: value, [`errors.${name}`]: "" });
      drafts.keep("who", { name: this.data.name, idNumber: this.data.idNumber });
    },
    async next() {
      const { name, idNumber, shared } = this.data;
      const errors = { name: name.trim() ? "" : "请填您的姓名。", idNumber: idFault(idNumber) };
      this.setData({ errors });
      if (errors.name || errors.idNumber) return faults.showFirst(errors, ["name", "idNumber"]);
      this.setData({ busy: true, problem: null });
      try {
        if (Boolean(store.get("phone.shared")) !== (shared === "shared")) {
          store.put("phone.shared", shared === "shared");
          session.drop(); // the server must know whose phone it is
        }
        await session.ensure();
        await api.put("/me/identity", { name: name.trim(), idNumber: plainId(idNumber) });
        store.put("me", { name: name.trim() });
        drafts.done("who");
        wx.redirectTo({ url: decodeURIComponent(this.query.then || "") || "/pages/home/index" });
      } catch (failure) {
        const problem = this.fail(failure);
        const told = faults.atFields(problem);
        this.setData({ errors: told });
        faults.showFirst(told, ["name", "idNumber"]);
      }
    },
  }),
);
