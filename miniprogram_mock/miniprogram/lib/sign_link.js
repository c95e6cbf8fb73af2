// Which invitation a page was opened for, whatever way the link came.

const TOKEN = /^[A-Za-z0-9_-]{16,64}$/;

/**
 * The token of `t` (a forwarded card), of `scene` (a mini-program code) or of `q` (the address in a plain
 * QR code, encoded once by WeChat); "" where there is none.
 * @param {Record<string, string | undefined>} query
 */
function tokenOf(query) {
  const said = query.t || decoded(query.scene) || inAddress(decoded(query.q));
  return TOKEN.test(said) ? said : "";
}

/** @param {string} address */
function inAddress(address) {
  const found = /[?&]t=([^&#]+)/.exec(address);
  return found ? found[1] : "";
}

/** @param {string | undefined} text */
function decoded(text) {
  try {
    return decodeURIComponent(text || "");
  } catch {
    return "";
  }
}

module.exports = { tokenOf };
