// What a person did and the server has not confirmed: kept on the phone before it is sent, sent again
// with the same key when the network is back or the app is opened anew, so it happens once.

const store = require("./store");
const api = require("./api");
const session = require("./session");

const NAME = "outbox";
const MOST = 60;

/**
 * @typedef {object} Waiting
 * @property {string} key what makes it happen once
 * @property {string} about what it belongs to, e.g. a case's id
 * @property {string} method
 * @property {string} path
 * @property {any} [body]
 * @property {string} [match]
 * @property {string} [file] a file saved on the phone, for an upload; `body` holds its form fields
 * @property {string} label how a person calls it
 */

/** @returns {Waiting[]} */
function all() {
  return store.get(NAME) || [];
}

/** @param {string} about @returns {Waiting[]} */
function waiting(about) {
  return all().filter((one) => one.about === about);
}

/** @param {string} key */
function drop(key) {
  const gone = all().find((one) => one.key === key);
  store.put(NAME, all().filter((one) => one.key !== key));
  if (gone && gone.file) store.discard(gone.file);
}

/**
 * Do it now or later: resolves with the answer, or rejects with the Problem. What nobody looked at stays
 * here and goes out by itself; what the server refused is taken out, since asking again cannot help.
 * @param {Omit<Waiting, "key"> & {key?: string}} wish
 */
async function send(wish) {
  const one = /** @type {Waiting} */ ({ key: api.newKey(), ...wish });
  // what is put again replaces what waited: the newer is meant
  const again = (/** @type {Waiting} */ other) => one.method === "PUT" && other.method === "PUT" && other.path === one.path;
  const kept = all().filter((other) => other.key !== one.key && !again(other));
  if (kept.length >= MOST) {
    throw new api.Problem(0, { code: "outbox_full", title: "手机上没发出去的太多了。", detail: "请连上网，等它们发完再继续。" });
  }
  store.put(NAME, [...kept, one]);
  return attempt(one);
}

/** @type {Set<string>} */
const underWay = new Set();

/** @param {Waiting} one */
async function attempt(one) {
  underWay.add(one.key);
  try {
    const options = { key: one.key, match: one.match };
    const answer = one.file
      ? await api.upload(one.path, one.file, one.body || {}, options)
      : await call(one, options);
    drop(one.key);
    return answer;
  } catch (failure) {
    if (!(failure instanceof api.Problem) || !failure.unheard) drop(one.key);
    throw failure;
  } finally {
    underWay.delete(one.key);
  }
}

/** @param {Waiting} one @param {any} options */
function call(one, options) {
  if (one.method === "POST") return api.post(one.path, one.body, options);
  if (one.method === "PUT") return api.put(one.path, one.body, options);
  if (one.method === "PATCH") return api.patch(one.path, one.body, options);
  return api.remove(one.path, options);
}

let flushing = false;

/** Send all that waits, in the order in which it was done; the first that nobody answers ends it. */
async function flush() {
  if (flushing || !all().length || !session.token()) return;
  flushing = true;
  try {
    for (const one of all().filter(({ key }) => !underWay.has(key))) {
      try {
        await attempt(one);
      } catch (failure) {
        if (failure instanceof api.Problem && failure.unheard) break;
        refused(one, failure);
      }
    }
  } finally {
    flushing = false;
  }
}

/** @param {Waiting} one @param {any} failure */
function refused(one, failure) {
  const problem = api.told(failure);
  const kept = store.get("refused") || [];
  store.put("refused", [...kept.slice(-9), { label: one.label, about: one.about, title: problem.title, detail: problem.detail }]);
}

module.exports = { send, waiting, flush, drop };
