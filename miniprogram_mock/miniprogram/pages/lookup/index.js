// Where a case stands, with the receipt's code and the last four of the ID number; no log-in.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const letters = require("../../lib/letters");
const faults = require("../../lib/faults");
const { day, plainId } = require("../../lib/words");

Page(
  page({
    data: { receiptCode: "", lastFour: "", errors: {}, busy: false, line: null, steps: [] },
    /** @param {Record<string, string>} query */
    onLoad(query) {
      this.setData({ receiptCode: letters.receiptIn(query) });
    },
    check() {
      wx.navigateTo({ url: "/pages/letter/index" });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [name]: value, [`errors.${name}`]: "" });
    },
    async look() {
      const { receiptCode, lastFour } = this.data;
      const errors = {
        receiptCode: receiptCode.trim() ? "" : "请填回执号。",
        lastFour: /^\d{3}[\dX]$/.test(plainId(lastFour)) ? "" : "请填身份证号的最后 4 位。",
      };
      this.setData({ errors, line: null });
      if (errors.receiptCode || errors.lastFour) return faults.showFirst(errors, ["receiptCode", "lastFour"]);
      this.setData({ busy: true, problem: null });
      try {
        const body = { receiptCode: receiptCode.trim(), lastFour: plainId(lastFour) };
        const { data } = await api.post("/case-lookups", body, { token: null });
        this.setData({
          busy: false, line: data,
          steps: data.steps.map((/** @type {any} */ one) => ({ ...one, day: day(one.on) })).reverse(),
        });
      } catch (failure) {
        this.setData({ errors: faults.atFields(this.fail(failure)) });
      }
    },
  }),
);
