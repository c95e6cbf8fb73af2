// The application's own page: its steps, what is done and what is still missing, and one next step.

const { page } = require("../../lib/view");
const cases = require("../../lib/cases");
const outbox = require("../../lib/outbox");
const { RELATION } = require("../../lib/words");

Page(
  page({
    data: { found: null, people: [], steps: [], waiting: 0, next: null },
    async load() {
      const found = await cases.read(this.query.id);
      if (!found.moves.includes("submit")) {
        wx.redirectTo({ url: `/pages/case/index?id=${found.id}` });
        return;
      }
      const people = found.members.map((/** @type {any} */ one) => ({
        id: one.id,
        name: one.name,
        what: one.role === "supporter" ? `${RELATION[one.relation]}，不住在一起` : RELATION[one.relation],
      }));
      const steps = stepsOf(found);
      this.setData({
        found, people, steps,
        waiting: outbox.waiting(found.id).length,
        next: steps.find((one) => !one.done) || steps[steps.length - 1],
        correction: found.correction || [],
      });
    },
    leave() {
      wx.reLaunch({ url: "/pages/home/index" });
    },
  }),
);

/** @param {any} found */
function stepsOf(found) {
  const lacking = Object.fromEntries(found.sections.map((/** @type {any} */ one) => [one.code, one.missing]));
  const id = `id=${found.id}`;
  const signers = found.members.filter((/** @type {any} */ one) => one.signer);
  const signed = signers.filter((/** @type {any} */ one) => one.signer.counts).length;
  return [
    step("people", "家里人和收入", lacking.household + lacking.money, `/pages/people/index?${id}`, found.members.length ? `${found.members.length} 个人` : ""),
    step("assets", "存款", found.cashAssetsFen === null && !found.cashAssetsUnknown ? 1 : 0, `/pages/assets/index?${id}`, ""),
    step("photos", "拍照交材料", lacking.photos, `/pages/photos/index?${id}`, ""),
    step("promise", "承诺说的都是真话", lacking.promise + lacking.relatives, `/pages/promise/index?${id}`, ""),
    step("family", "请家人签字", signers.length ? signers.length - signed : 1, `/pages/family/index?${id}`, signers.length ? `${signed}/${signers.length} 已签。可以先交申请，后签字` : "先填家里人"),
    step("check", "看一遍，交上去", 1, `/pages/check/index?${id}`, ""),
  ];
}

/** @param {string} key @param {string} name @param {number} lacking @param {string} url @param {string} more */
function step(key, name, lacking, url, more) {
  return { key, name, url, more, done: lacking === 0, lacking };
}
