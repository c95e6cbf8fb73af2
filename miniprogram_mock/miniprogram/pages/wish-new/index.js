// A wish of my own: a thing or a service, never money.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const session = require("../../lib/session");
const { kinds } = require("../../lib/wishes");
const { fen, yuan } = require("../../lib/words");

const ORDER = ["kind", "text", "valueFen", "division", "phone"];

Page(
  page({
    data: {
      kinds: [], form: { kind: "", text: "", value: "", phone: "", show: "no", codes: [], division: "" }, errors: {}, busy: false,
      shows: [{ value: "no", text: "不让他看电话" }, { value: "yes", text: "可以给他看电话，好联系" }],
    },
    async load() {
      if (this.data.kinds.length) return;
      await session.ensure();
      const me = (await api.get("/me")).data;
      if (!me.name) {
        wx.redirectTo({ url: `/pages/who/index?then=${encodeURIComponent("/pages/wish-new/index")}` });
        return;
      }
      const found = await kinds();
      const form = { ...this.data.form, ...drafts.kept("wish") };
      this.setData({
        form,
        kinds: found.map((/** @type {any} */ one) => ({ value: one.code, text: one.name, more: `最多 ${yuan(one.capFen).replace(".00", "")} 元` })),
      });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [`form.${name}`]: value, [`errors.${name === "value" ? "valueFen" : name}`]: "" });
      drafts.keep("wish", this.data.form);
    },
    /** @param {any} event */
    place(event) {
      this.setData({ "form.division": event.detail.code, "form.codes": event.detail.codes, "errors.division": "" });
      drafts.keep("wish", this.data.form);
    },
    async send() {
      const { form } = this.data;
      const worth = fen(form.value);
      const errors = {
        kind: form.kind ? "" : "请选一种。",
        text: form.text.trim().length >= 2 ? "" : "请说说想要什么。",
        valueFen: worth === null || worth <= 0 ? "请填大约多少钱，只填数字。" : "",
        division: form.division ? "" : "请选到村或社区。",
        phone: !form.phone || /^1[3-9]\d{9}$/.test(form.phone) ? "" : "手机号是 11 位数字。没有可以不填。",
      };
      this.setData({ errors });
      if (Object.values(errors).some(Boolean)) return faults.showFirst(errors, ORDER);
      this.setData({ busy: true, problem: null });
      this.key = this.key || api.newKey();
      try {
        const body = {
          kind: form.kind, text: form.text.trim(), valueFen: worth, division: form.division,
          phone: form.phone || null, mayShowPhone: form.show === "yes",
        };
        const { data } = await api.post("/wishes", body, { key: this.key });
        drafts.done("wish");
        wx.redirectTo({ url: `/pages/wish/index?id=${data.id}` });
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
