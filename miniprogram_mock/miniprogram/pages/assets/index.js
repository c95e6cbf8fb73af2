// What the household has in savings; not knowing is an answer.

const { page } = require("../../lib/view");
const cases = require("../../lib/cases");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const { fen, yuan } = require("../../lib/words");

Page(
  page({
    data: {
      way: "", amount: "", errors: {}, busy: false, found: null,
      ways: [
        { value: "none", text: "没有存款" },
        { value: "some", text: "有，我来填" },
        { value: "unknown", text: "不清楚，请帮我查", more: "镇里会帮您查，不影响您申请" },
      ],
    },
    async load() {
      const found = await cases.read(this.query.id);
      const kept = drafts.kept(`assets.${found.id}`);
      const cash = found.cashAssetsFen;
      const stored = found.cashAssetsUnknown ? { way: "unknown" } : cash === null ? {} : cash === 0 ? { way: "none" } : { way: "some", amount: yuan(cash).replace(/,|\.00$/g, "") };
      this.setData({ found, ...(kept || stored) });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [name]: value, errors: {} });
      drafts.keep(`assets.${this.query.id}`, { way: this.data.way, amount: this.data.amount });
    },
    async save() {
      const { way, amount, found } = this.data;
      const cash = way === "none" ? 0 : fen(amount);
      const errors = {
        way: way ? "" : "请选一个。",
        amount: way === "some" && (cash === null || cash < 0) ? "请填多少钱，只填数字。" : "",
      };
      this.setData({ errors });
      if (errors.way || errors.amount) return faults.showFirst(errors, ["way", "amount"]);
      this.setData({ busy: true, problem: null });
      try {
        const change = way === "unknown" ? { cashAssetsFen: null, cashAssetsUnknown: true } : { cashAssetsFen: cash, cashAssetsUnknown: false };
        await cases.patch(found, change);
        drafts.done(`assets.${found.id}`);
        wx.navigateBack({ delta: 1 });
      } catch (failure) {
        this.fail(failure);
      }
    },
  }),
);
