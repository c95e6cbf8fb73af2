// What I agreed to with my signature, as its pages show it.

const api = require("./api");
const session = require("./session");
const { moment } = require("./words");

/** @type {Record<string, string>} */
const WAYS = { face: "刷脸，手写名字", counter: "在窗口，当着工作人员" };

/** My consents; `proven` says whether anybody knows yet that I am who I say. */
async function mine() {
  await session.ensure();
  const [me, found] = await Promise.all([api.get("/me"), api.get("/consents")]);
  return { proven: Boolean(me.data.assurance), items: found.data.items.map(shown) };
}

/** @param {any} item */
function shown(item) {
  const { consent } = item;
  return {
    ...item,
    id: consent.id,
    ...standing(consent),
    why: item.purposes.map((/** @type {any} */ one) => one.zh).join("、"),
    what: item.dataClasses.map((/** @type {any} */ one) => one.zh).join("；"),
    way: WAYS[consent.way] || "",
    given: moment(consent.givenAt),
    taken: consent.withdrawnAt ? moment(consent.withdrawnAt) : "",
  };
}

/** @param {any} consent */
function standing({ state, underReview }) {
  if (state === "withdrawn") return { text: "已收回", tone: "grey" };
  return underReview ? { text: "等工作人员看照片", tone: "wait" } : { text: "算数", tone: "" };
}

module.exports = { mine };
