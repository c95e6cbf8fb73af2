// The links that this applicant made. The server shows a link once and a new one ends the old, perhaps under a
// signer's hands: so the phone keeps it for forwarding again, on one's own phone also over a restart, never
// beyond its time, and never on a phone that is shared.

const store = require("./store");

const NAME = "links";

/** @typedef {{invitationId: string, token: string, link: string, qrPath: string, expiresAt: string}} Link */

/** @type {Record<string, Link>} */
let held = {};

/** @param {number} now @returns {Record<string, Link>} */
function all(now) {
  const every = { ...(store.get(NAME) || {}), ...held };
  return Object.fromEntries(Object.entries(every).filter(([, link]) => Date.parse(link.expiresAt) > now));
}

/** The link of an invitation, if this phone made it. @param {string | null} invitationId @param {number} [now] */
function of(invitationId, now = Date.now()) {
  return (invitationId && all(now)[invitationId]) || null;
}

/** @param {Link} link */
function keep({ invitationId, token, link, qrPath, expiresAt }) {
  held = { ...all(Date.now()), [invitationId]: { invitationId, token, link, qrPath, expiresAt } };
  if (!store.get("phone.shared")) store.put(NAME, held);
}

/** Those of these invitations stay: the others were used, ended or replaced. @param {string[]} mine all invitations of a case @param {string[]} live */
function tidy(mine, live) {
  const gone = new Set(mine.filter((id) => !live.includes(id)));
  const left = Object.fromEntries(Object.entries(all(Date.now())).filter(([id]) => !gone.has(id)));
  held = left;
  if (store.get(NAME)) store.put(NAME, left);
}

module.exports = { of, keep, tidy };
