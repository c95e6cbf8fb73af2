// Somebody to help (请人来帮我办): a task for the village and the township, and where it stands.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const { form } = require("../../lib/form");
const session = require("../../lib/session");
const { moment, phoneFault, plainPhone } = require("../../lib/words");

const STATES = { open: "等人来接", taken: "有人接了", done: "办完了", withdrawn: "您已撤回" };
const FROM = { village: "村（社区）里的工作人员会找您。", township: "镇（街道）的工作人员会找您。" };
Page(
  page({
    ...form({ draft: "help", order: ["phone", "note", "division"] }),
    data: { form: { phone: "", note: "", codes: [], division: "" }, errors: {}, busy: false, asked: null, older: [], ready: false },
    async load() {
      await session.ensure();
      const { data } = await api.get("/help-requests/mine");
      const shown = data.items.map((/** @type {any} */ one) => ({
        ...one, words: STATES[/** @type {keyof typeof STATES} */ (one.state)],
        from: one.takenAs ? FROM[/** @type {keyof typeof FROM} */ (one.takenAs)] : "", when: moment(one.createdAt),
      }));
      const live = shown.find((/** @type {any} */ one) => one.moves.includes("withdraw") || one.state === "taken");
      if (!this.data.ready) this.setData({ form: this.typedBefore() });
      this.setData({ asked: live || null, older: shown.filter((/** @type {any} */ one) => one !== live), ready: true });
    },
    async ask() {
      const { form } = this.data;
      const errors = { phone: phoneFault(form.phone), note: "", division: form.division ? "" : "请选到村或社区。" };
      const body = { division: form.division, phone: plainPhone(form.phone), note: form.note.trim() || null };
      if (await this.sendOnce(errors, (/** @type {string} */ key) => api.post("/help-requests", body, { key }))) this.again();
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
