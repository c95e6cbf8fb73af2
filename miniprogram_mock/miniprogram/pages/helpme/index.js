// Somebody to help (请人来帮我办): a task for the village and the township, and where it stands.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const session = require("../../lib/session");
const { moment } = require("../../lib/words");

const STATES = { open: "等人来接", taken: "有人接了", done: "办完了", withdrawn: "您已撤回" };
const FROM = { village: "村（社区）里的工作人员会找您。", township: "镇（街道）的工作人员会找您。" };
const ORDER = ["phone", "note", "division"];

Page(
  page({
    data: { form: { phone: "", note: "", codes: [], division: "" }, errors: {}, busy: false, asked: null, older: [], ready: false },
    async load() {
      await session.ensure();
      const { data } = await api.get("/help-requests/mine");
      const shown = data.items.map((/** @type {any} */ one) => ({
        ...one, words: STATES[/** @type {keyof typeof STATES} */ (one.state)],
        from: one.takenAs ? FROM[/** @type {keyof typeof FROM} */ (one.takenAs)] : "", when: moment(one.createdAt),
      }));
      const live = shown.find((/** @type {any} */ one) => one.moves.includes("withdraw") || one.state === "taken");
      const form = this.data.ready ? this.data.form : { ...this.data.form, ...drafts.kept("help") };
      this.setData({ asked: live || null, older: shown.filter((/** @type {any} */ one) => one !== live), form, ready: true });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [`form.${name}`]: value, [`errors.${name}`]: "" });
      drafts.keep("help", this.data.form);
    },
    /** @param {any} event */
    place(event) {
      this.setData({ "form.division": event.detail.code, "form.codes": event.detail.codes, "errors.division": "" });
      drafts.keep("help", this.data.form);
    },
    async ask() {
      const { form } = this.data;
      const phone = form.phone.replace(/\s/g, "");
      const errors = {
        phone: !phone || /^1[3-9]\d{9}$/.test(phone) ? "" : "手机号是 11 位数字。没有可以不填。",
        note: "",
        division: form.division ? "" : "请选到村或社区。",
      };
      this.setData({ errors });
      if (Object.values(errors).some(Boolean)) return faults.showFirst(errors, ORDER);
      this.setData({ busy: true, problem: null });
      this.key = this.key || api.newKey();
      try {
        await api.post("/help-requests", { division: form.division, phone: phone || null, note: form.note.trim() || null }, { key: this.key });
        this.key = "";
        drafts.done("help");
        this.setData({ busy: false });
        this.again();
      } catch (failure) {
        const problem = this.fail(failure);
        if (!problem.unheard) this.key = "";
        const told = faults.atFields(problem);
        this.setData({ errors: told });
        faults.showFirst(told, ORDER);
      }
    },
    async withdraw() {
      const { asked } = this.data;
      this.setData({ busy: true, problem: null });
      try {
        await api.post(`/help-requests/${asked.id}/withdrawal`, undefined, { match: `"${asked.version}"` });
      } catch (failure) {
        this.fail(failure);
      }
      this.setData({ busy: false });
      this.again();
    },
  }),
);
