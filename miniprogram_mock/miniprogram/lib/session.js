// Who is logged in on this phone: WeChat's code for a token of the server, which stays on the phone.

const { SERVER, API, TIMEOUT_MS } = require("./config");
const store = require("./store");

/** @type {Promise<void> | null} */
let running = null;

/** The bearer token, or null. */
function token() {
  const kept = store.get("session");
  return kept && Date.parse(kept.expiresAt) > Date.now() ? kept.token : null;
}

function drop() {
  store.drop("session");
}

/** Get a token; several askers at once share one log-in. Rejects with the server's problem body. */
function logIn() {
  if (!running) {
    running = trade().finally(() => {
      running = null;
    });
  }
  return running;
}

/** A token, by a new log-in if there is none. */
async function ensure() {
  await fresh();
  if (!token()) await logIn();
}

/** Where the time of a log-in is up, what comes after it; whoever never logged in stays so. */
async function fresh() {
  if (!token() && store.get("session")) await again();
}

/**
 * The log-in has run out. On a phone of one's own nobody need know of it; on one that several share, whoever was
 * here has gone, and the next must see nothing of theirs: what was typed or waits to be sent goes too, for the
 * next would send it as their own. What the server has stays in its drafts.
 */
async function again() {
  if (!store.get("phone.shared")) {
    drop();
    return logIn();
  }
  const { Problem } = require("./api"); // each needs the other
  part();
  wx.reLaunch({ url: "/pages/home/index" });
  throw new Problem(401, { code: "phone_left", title: "已经自动退出。", detail: "请回首页重新登录。" });
}

/** Nothing stays of whoever was here, and the first page says so (`phone.left`). */
function part() {
  store.forget();
  store.put("phone.left", true);
}

/**
 * Nothing stays of somebody whose time on a shared phone is over. Whether anything was left: then pages that are
 * open still show it, while an app that is just opened has none, and goes where a link leads.
 */
function leave() {
  const over = store.get("phone.shared") && store.get("session") && !token();
  if (over) part();
  return Boolean(over);
}

async function trade() {
  const { Problem } = require("./api"); // each needs the other
  const { code } = await wx.login();
  const shared = Boolean(store.get("phone.shared"));
  await new Promise((resolve, reject) => {
    wx.request({
      url: `${SERVER}${API}/sessions/wechat`,
      method: "POST",
      header: { "content-type": "application/json" },
      data: JSON.stringify({ code, sharedPhone: shared }),
      timeout: TIMEOUT_MS,
      success: ({ statusCode, data }) => {
        if (statusCode === 200 || statusCode === 201) {
          store.put("session", data);
          store.drop("phone.left");
          resolve(undefined);
        } else {
          reject(new Problem(statusCode, /** @type {any} */ (data)));
        }
      },
      fail: () =>
        reject(
          new Problem(0, {
            code: "offline",
            title: "没有连上网。",
            detail: "请看看手机有没有网，再点一次。",
          }),
        ),
    });
  });
}

/** Leave this phone to the next person: the server forgets the token, the phone what was typed. */
async function logOut() {
  const api = require("./api");
  try {
    if (token()) await api.remove("/sessions/current");
  } finally {
    store.forget();
  }
}

module.exports = { token, drop, ensure, fresh, again, leave, logOut };
