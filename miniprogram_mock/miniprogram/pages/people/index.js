// Who lives together, and who owes support from elsewhere.

const { page } = require("../../lib/view");
const cases = require("../../lib/cases");
const { RELATION, yuan } = require("../../lib/words");

Page(
  page({
    data: { together: [], apart: [], self: false, found: null },
    async load() {
      const found = await cases.read(this.query.id);
      const shown = found.members.map((/** @type {any} */ one) => ({ ...one, what: RELATION[one.relation], money: moneyOf(one) }));
      this.setData({
        found,
        together: shown.filter((/** @type {any} */ one) => one.role === "member"),
        apart: shown.filter((/** @type {any} */ one) => one.role === "supporter"),
        self: shown.some((/** @type {any} */ one) => one.relation === "01"),
      });
    },
    /** @param {any} event */
    open(event) {
      const { member = "", role = "member", relation = "" } = event.currentTarget.dataset;
      wx.navigateTo({ url: `/pages/person/index?id=${this.query.id}&member=${member}&role=${role}&relation=${relation}` });
    },
    done() {
      wx.navigateBack({ delta: 1 });
    },
  }),
);

/** What a person earns in a month, in words. @param {any} person */
function moneyOf(person) {
  if (person.figuresHidden) return "收入：他自己在窗口说过了";
  if (person.incomesUnknown) return "收入：请镇里帮着查";
  const total = person.incomes.reduce(
    (/** @type {number} */ sum, /** @type {any} */ item) => sum + (item.period === "year" ? item.amountFen / 12 : item.amountFen), 0);
  return total ? `收入：每月约 ${yuan(Math.round(total))} 元` : "收入：没有";
}
