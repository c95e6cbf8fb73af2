// How the mini-program was opened: by a page's address behind #, by a link or code on paper, or plainly.

import { parse, split } from "../runtime/pages.js";

// WeChat's rule for codes that hold a plain link (扫普通链接二维码打开小程序): the page gets the whole link as `q`.
const LINKS = { "/mini/sign": "pages/sign/index", "/mini/lookup": "pages/lookup/index" };

/** @returns {{path: string, query: Record<string, string>, scene: number}} */
export function launchOptions(app) {
  const before = history.state?.launch;
  const kept = app.pages.includes(before?.path) ? before : null;
  const found = byLink(app) ?? byHash(app) ?? kept ?? { path: app.entryPagePath ?? app.pages[0], query: {}, scene: 1001 };
  // What came with the link is a secret: it leaves the address and stays with this window only.
  history.replaceState({ launch: found }, "", "/mini/");
  return found;
}

function byLink(app) {
  const path = LINKS[location.pathname];
  if (!path || !app.pages.includes(path)) return null;
  return { path, query: { q: encodeURIComponent(location.href) }, scene: 1011 };
}

function byHash(app) {
  const [path, rest = ""] = split(location.hash.replace(/^#\/?/, ""), "?");
  return app.pages.includes(path) ? { path, query: parse(rest), scene: 1001 } : null;
}
