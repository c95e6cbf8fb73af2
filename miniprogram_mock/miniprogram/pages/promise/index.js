// The promise to tell the truth (诚信承诺), and relatives among the staff (近亲属备案).

const { page } = require("../../lib/view");
const cases = require("../../lib/cases");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");

Page(
  page({
    data: {
      promised: [], relatives: "", name: "", workplace: "", errors: {}, busy: false, found: null,
      yes: [{ value: "yes", text: "我说的都是真话" }],
      ways: [{ value: "none", text: "没有" }, { value: "some", text: "有" }],
    },
    async load() {
      const found = await cases.read(this.query.id);
      const known = found.staffRelatives;
      this.setData({
        found,
        promised: found.promised ? ["yes"] : [],
        relatives: known === null ? "" : known.length ? "some" : "none",
        name: known && known.length ? known[0].name : "",
        workplace: known && known.length ? known[0].workplace : "",
        ...drafts.kept(`promise.${found.id}`),
      });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value, values } = event.detail;
      this.setData({ [name]: values || value, errors: {} });
      const { promised, relatives, workplace } = this.data;
      drafts.keep(`promise.${this.query.id}`, { promised, relatives, name: this.data.name, workplace });
    },
    async save() {
      const { promised, relatives, name, workplace, found } = this.data;
      const errors = {
        promised: promised.length ? "" : "请看完后点一下。",
        relatives: relatives ? "" : "请选一个。",
        name: relatives === "some" && !name.trim() ? "请填他的姓名。" : "",
        workplace: relatives === "some" && !workplace.trim() ? "请填他在哪里上班。" : "",
      };
      this.setData({ errors });
      const order = ["promised", "relatives", "name", "workplace"];
      if (Object.values(errors).some(Boolean)) return faults.showFirst(errors, order);
      this.setData({ busy: true, problem: null });
      try {
        const staffRelatives = relatives === "some" ? [{ name: name.trim(), workplace: workplace.trim() }] : [];
        await cases.patch(found, { truthPromise: { accepted: true }, staffRelatives });
        drafts.done(`promise.${found.id}`);
        wx.navigateBack({ delta: 1 });
      } catch (failure) {
        const told = faults.atFields(this.fail(failure), "/staffRelatives/0");
        this.setData({ errors: told });
        faults.showFirst(told, order);
      }
    },
  }),
);
