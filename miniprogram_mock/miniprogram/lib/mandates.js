// Those for whom one acts (委托): who they are, where each stands, and what comes next for each.

const api = require("./api");

const STATES = {
  awaiting_paper: { text: "还没拍委托书", tone: "wait" },
  submitted: { text: "等镇里核对委托书", tone: "" },
  active: { text: "可以替他办", tone: "" },
  refused: { text: "委托书没有通过", tone: "bad" },
  revoked: { text: "已收回", tone: "grey" },
};
const OVER = { text: "委托到期了", tone: "grey" };

/** The mandates that I hold as a helper, and those by which others act for me. */
async function all() {
  const { data } = await api.get("/mandates");
  const shown = data.items.map((/** @type {any} */ one) => ({ ...one, ...stateOf(one) }));
  return { held: shown.filter((/** @type {any} */ one) => one.held), given: shown.filter((/** @type {any} */ one) => !one.held) };
}

/** @param {any} one */
function stateOf(one) {
  return one.ended && one.state !== "revoked" ? OVER : STATES[/** @type {keyof typeof STATES} */ (one.state)];
}

/** One that I hold; a Problem where there is none. @param {string} id */
async function read(id) {
  const { held } = await all();
  const found = held.find((/** @type {any} */ one) => one.id === id);
  if (!found) throw new api.Problem(404, { code: "mandate_not_found", title: "没有找到这份委托。", detail: "请从“替别人办”里重新点开。" });
  return found;
}

/** The codes of a place from the province down, of the one for its village. @param {string} code of 12 digits */
function codesOf(code) {
  return [2, 4, 6, 9, 12].map((digits) => code.slice(0, digits).padEnd(12, "0"));
}

module.exports = { all, read, codesOf };
