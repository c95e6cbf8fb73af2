// Words of micro-wishes (微心愿), and the wish of one page.

const api = require("./api");

const STATES = {
  submitted: { text: "等镇里看", tone: "wait" },
  returned: { text: "请您改一改", tone: "wait" },
  rejected: { text: "没有通过", tone: "bad" },
  published: { text: "等人来帮", tone: "" },
  claimed: { text: "有人认领了", tone: "" },
  delivered: { text: "送到了，等您确认", tone: "wait" },
  checking: { text: "镇里在问", tone: "wait" },
  fulfilled: { text: "实现了", tone: "" },
  withdrawn: { text: "已撤回", tone: "grey" },
};

/** @param {string} state */
function wishState(state) {
  return STATES[/** @type {keyof typeof STATES} */ (state)] || { text: state, tone: "grey" };
}

/** Names of the kinds by code, with what each may cost. @param {string} [division] */
async function kinds(division) {
  const { data } = await api.get(`/wish-kinds${division ? `?division=${division}` : ""}`, { token: null });
  return data.items;
}

module.exports = { wishState, kinds };
