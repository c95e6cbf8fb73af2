// Calls of the server: a promise of the answer, or a Problem that says in plain words what to do next.

const { SERVER, API, TIMEOUT_MS } = require("./config");
const session = require("./session");

const BRIEF = ["database_busy", "changed_meanwhile"];
const MOST_WAIT_S = 5;
const TIMES = 3; // a call is made while others are in its way, before anybody is asked to tap again

/**
 * What went wrong, as the server says it (RFC 9457) or as we say it where no answer came.
 * `code` is stable, `title` and `detail` are shown, `errors` stand at their fields, `requestId` is
 * what a citizen reads out to the township.
 */
class Problem extends Error {
  /** @param {number} status @param {Record<string, any>} body @param {number} [wait] seconds until it is worth asking again */
  constructor(status, body, wait = 0) {
    super(body.code);
    this.status = status;
    this.code = body.code;
    this.title = body.title;
    this.detail = body.detail || "";
    this.errors = body.errors || [];
    this.requestId = body.requestId || "";
    this.wait = wait;
  }

  /**
   * Nobody knows whether it arrived, or nobody looked at it (log-in over, too many calls): the same call, with the
   * same key, may and should be made again.
   */
  get unheard() {
    const { status } = this;
    return status === 0 || status === 401 || status === 429 || status >= 500 || this.code === "idempotency_still_running";
  }

  /** Nothing was done, and it is over in a moment. */
  get brief() {
    return BRIEF.includes(this.code) && this.wait > 0 && this.wait <= MOST_WAIT_S;
  }
}

const OFFLINE = {
  code: "offline",
  title: "没有连上网。",
  detail: "您填的都还在手机上，不会丢。有网了再点一次就行。",
};
const STRANGE = {
  code: "no_answer",
  title: "服务器没有答复。",
  detail: "您填的都还在手机上，不会丢。请过几分钟再点一次。",
};

/** A key for one wish of a person: sent again with the same key, it is done once. */
function newKey() {
  const part = () => Math.random().toString(36).slice(2, 10);
  return `${Date.now().toString(36)}-${part()}-${part()}`;
}

/**
 * @typedef {object} Options
 * @property {any} [body]
 * @property {string} [key] Idempotency-Key
 * @property {string} [match] If-Match: the etag of what was read
 * @property {string | null} [token] another token than the log-in's; null for none
 */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} data
 * @property {string} etag
 */

/** @param {string} method @param {string} path @param {Options} options @returns {Promise<Answer>} */
function call(method, path, options = {}) {
  return knownAs(options, (token) => patient(() => once(method, path, options, token)));
}

/** Call as who is logged in, or by the token that is given. @template T @param {Options} options @param {(token: string | null) => Promise<T>} run @returns {Promise<T>} */
async function knownAs(options, run) {
  const own = options.token !== undefined;
  if (!own) await session.fresh();
  const token = (own ? options.token : session.token()) || null;
  try {
    return await run(token);
  } catch (problem) {
    if (own || !(problem instanceof Problem) || problem.status !== 401 || !token) throw problem;
    await session.again(); // a log-in that ran out is nothing a person need know of
    return run(session.token());
  }
}

/** Others were faster or the server is busy: wait in the person's place. @template T @param {() => Promise<T>} run @returns {Promise<T>} */
async function patient(run) {
  for (let left = TIMES - 1; ; left -= 1) {
    try {
      return await run();
    } catch (problem) {
      if (!left || !(problem instanceof Problem) || !problem.brief) throw problem;
      const { wait } = problem;
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }
}

/** @param {string} method @param {string} path @param {Options} options @param {string | null} token @returns {Promise<Answer>} */
function once(method, path, options, token) {
  /** @type {Record<string, string>} */
  const header = { accept: "application/json" };
  if (token) header.authorization = `Bearer ${token}`;
  if (options.key) header["idempotency-key"] = options.key;
  if (options.match) header["if-match"] = options.match;
  if (options.body !== undefined) header["content-type"] = "application/json";
  let verb = method;
  if (method === "PATCH") {
    verb = "POST"; // wx.request cannot PATCH
    header["x-http-method-override"] = "PATCH";
  }
  return new Promise((resolve, reject) => {
    wx.request({
      url: SERVER + API + path,
      method: /** @type {any} */ (verb),
      header,
      data: options.body === undefined ? undefined : JSON.stringify(options.body),
      timeout: TIMEOUT_MS,
      success: (answer) => settle(answer.statusCode, answer.data, answer.header, resolve, reject),
      fail: () => reject(new Problem(0, OFFLINE)),
    });
  });
}

/** One photo: WeChat sends one file a call, of at most 10 MB.
 * @param {string} path @param {string} file @param {Record<string, string>} fields @param {Options} options @returns {Promise<Answer>} */
function upload(path, file, fields, options = {}) {
  return knownAs(options, (token) => patient(() => uploadOnce(path, file, fields, options, token)));
}

/** @param {string} path @param {string} file @param {Record<string, string>} fields @param {Options} options @param {string | null} token @returns {Promise<Answer>} */
function uploadOnce(path, file, fields, options, token) {
  /** @type {Record<string, string>} */
  const header = {};
  if (token) header.authorization = `Bearer ${token}`;
  if (options.key) header["idempotency-key"] = options.key;
  return new Promise((resolve, reject) => {
    wx.uploadFile({
      url: SERVER + API + path,
      filePath: file,
      name: "file",
      formData: fields,
      header,
      timeout: TIMEOUT_MS,
      success: (answer) => {
        let data;
        try {
          data = JSON.parse(answer.data);
        } catch {
          data = null;
        }
        settle(answer.statusCode, data, /** @type {any} */ (answer).header || {}, resolve, reject);
      },
      fail: () => reject(new Problem(0, OFFLINE)),
    });
  });
}

/** A file of the server as a temporary file of this phone. @param {string} path @returns {Promise<string>} */
function download(path) {
  return knownAs({}, (token) => patient(() => downloadOnce(path, token)));
}

/** @param {string} path @param {string | null} token @returns {Promise<string>} */
function downloadOnce(path, token) {
  /** @type {Record<string, string>} */
  const header = {};
  if (token) header.authorization = `Bearer ${token}`;
  return new Promise((resolve, reject) => {
    wx.downloadFile({
      url: SERVER + API + path,
      header,
      timeout: TIMEOUT_MS,
      success: (answer) => {
        const { statusCode, tempFilePath } = answer;
        if (statusCode === 200) resolve(tempFilePath);
        else refusedFile(statusCode, tempFilePath, /** @type {any} */ (answer).header || {}, reject);
      },
      fail: () => reject(new Problem(0, OFFLINE)),
    });
  });
}

/** What came instead of the file says why. @param {number} status @param {string} file @param {Record<string, any>} header @param {(problem: Problem) => void} reject */
function refusedFile(status, file, header, reject) {
  const tell = (/** @type {any} */ data) => settle(Math.max(status, 400), data, header, () => undefined, reject);
  wx.getFileSystemManager().readFile({
    filePath: file,
    encoding: "utf8",
    success: ({ data }) => {
      try {
        tell(JSON.parse(String(data)));
      } catch {
        tell(null);
      }
    },
    fail: () => tell(null),
  });
}

/** @param {number} status @param {any} data @param {Record<string, any>} header @param {(answer: Answer) => void} resolve @param {(problem: Problem) => void} reject */
function settle(status, data, header, resolve, reject) {
  const whole = status === 204 || Boolean(data) && typeof data === "object";
  if (!whole && status < 400) {
    reject(new Problem(0, STRANGE)); // the log-in page of somebody's wireless network, not the server
  } else if (status >= 200 && status < 300) {
    resolve({ status, data, etag: header.ETag || header.etag || header.Etag || "" });
  } else {
    const wait = Number(header["Retry-After"] || header["retry-after"]) || 0;
    reject(new Problem(status, data && data.code ? data : STRANGE, wait));
  }
}

/** The words of any failure, a Problem or a fault of our own. @param {any} failure */
function told(failure) {
  if (failure instanceof Problem) return failure;
  console.error(failure);
  return new Problem(0, { code: "app_fault", title: "这一步没有成功。", detail: "请再点一次。还是不行，请打电话给镇（街道）。" });
}

module.exports = {
  Problem,
  newKey,
  upload,
  download,
  told,
  /** @param {string} path @param {Options} [options] */
  get: (path, options) => call("GET", path, options),
  /** @param {string} path @param {any} body @param {Options} [options] */
  post: (path, body, options) => call("POST", path, { key: newKey(), ...options, body }),
  /** @param {string} path @param {any} body @param {Options} [options] */
  patch: (path, body, options) => call("PATCH", path, { ...options, body }),
  /** @param {string} path @param {any} body @param {Options} [options] */
  put: (path, body, options) => call("PUT", path, { ...options, body }),
  /** @param {string} path @param {Options} [options] */
  remove: (path, options) => call("DELETE", path, options),
};
