// The messages that wait for me: how many I have not seen, and the page that each is about.

const MINE = 3; // the tab "我的"

/** Show at the tab how many are new; called on pages with tabs. @param {number} count */
function mark(count) {
  const ignore = { fail: () => undefined }; // the page may be gone already
  if (count) wx.setTabBarBadge({ index: MINE, text: String(count), ...ignore });
  else wx.removeTabBarBadge({ index: MINE, ...ignore });
}

/** @type {[string, string][]} */
const PAGES = [
  ["told_case_", "/pages/case/index?id="],
  ["told_link_", "/pages/family/index?id="],
  ["told_wish_", "/pages/wish/index?id="],
  ["told_claim_", "/pages/wish/index?id="],
  ["told_help_", "/pages/helpme/index"],
  ["told_mandate_", "/pages/mandates/index"],
];

/** The page that shows what a message is about; "" where there is none. @param {{code: string, about: string | null}} message */
function placeOf({ code, about }) {
  const found = PAGES.find(([begins]) => code.startsWith(begins));
  if (!found) return "";
  if (!found[1].endsWith("=")) return found[1];
  return about ? found[1] + about : "";
}

module.exports = { mark, placeOf };
