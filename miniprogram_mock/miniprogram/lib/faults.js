// A server's field errors at the fields of a page.

/**
 * Words for each field by its JSON pointer, e.g. {"idNumber": "…"} for "/idNumber".
 * @param {import("./api").Problem | any} problem @param {string} [under] the pointer of this page's part
 */
function atFields(problem, under = "") {
  /** @type {Record<string, string>} */
  const found = {};
  for (const error of problem.errors || []) {
    if (!error.path.startsWith(under)) continue;
    const name = error.path.slice(under.length).replace(/^\//, "").replace(/\//g, ".");
    found[name] = found[name] || `${error.message}${error.next || ""}`;
  }
  return found;
}

/** Bring the first wrong field into view. @param {Record<string, string>} errors @param {string[]} order */
function showFirst(errors, order) {
  const name = order.find((one) => errors[one]);
  if (name) wx.pageScrollTo({ selector: `#f-${name}`, duration: 200, offsetTop: -20 });
}

module.exports = { atFields, showFirst };
