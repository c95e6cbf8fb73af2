// What somebody should do next with a case, and where.

const { caseState } = require("./words");

/** @param {any} one a case of a list; `mine`: somebody has to do something now */
function stepOf(one) {
  const { text, tone } = caseState(one.state);
  const at = (/** @type {string} */ step, /** @type {string} */ page, mine = true) => ({ text, tone, step, mine, url: `/pages/${page}/index?id=${one.id}` });
  if (one.state === "draft") return at("接着填申请", "draft");
  if (one.state === "correction_requested") return at("按镇里说的改一改", "draft");
  if (one.state === "awaiting_consent") return at("请家人签字", "family");
  return at("看办到哪一步", "case", false);
}

module.exports = { stepOf };
