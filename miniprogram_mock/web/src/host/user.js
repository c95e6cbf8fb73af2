// Which person's phone this window is: from the address once, then of this window, then of the browser.

const KEY = "host.user";

/** The name by which WeChat's mock knows the phone's owner. */
export function user() {
  const asked = new URLSearchParams(location.search).get("user");
  const name = asked || sessionStorage.getItem(KEY) || localStorage.getItem(KEY) || "手机一";
  sessionStorage.setItem(KEY, name);
  return name;
}

/** Hand this window's phone to somebody else; the mini-program starts anew. */
export function become(name) {
  sessionStorage.setItem(KEY, name);
  localStorage.setItem(KEY, name);
  restart();
}

/** Open the mini-program anew at its first page. */
export function restart() {
  history.replaceState(null, "", "/mini/"); // else this window's link would be opened again
  location.reload();
}
