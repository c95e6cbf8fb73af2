// Letters of a case: which there are, and one opened as a PDF, to be kept, sent on or printed.

const api = require("./api");
const { day } = require("./words");

/** The letters of a case that hold, in words. @param {string} caseId */
async function of(caseId) {
  const { data } = await api.get(`/applications/${caseId}/letters`);
  return data.items
    .filter((/** @type {any} */ one) => !one.endedAs)
    .map((/** @type {any} */ one) => ({ ...one, day: day(one.issuedOn), path: `/letters/${one.id}/content` }));
}

/** Fetch a letter and show it in the phone's own reader. @param {string} path */
async function open(path) {
  const filePath = await api.download(path);
  await new Promise((resolve, reject) => {
    wx.openDocument({
      filePath,
      fileType: "pdf",
      showMenu: true, // to send it on or print it
      success: resolve,
      fail: () => reject(new api.Problem(0, UNREADABLE)),
    });
  });
}

const UNREADABLE = {
  code: "no_reader",
  title: "这部手机打不开这份文书。",
  detail: "可以到镇（街道）窗口打印，也可以换一部手机看。",
};

/** What `q` (the address in a plain QR code, encoded once by WeChat) says of a receipt; "" where nothing. @param {Record<string, string | undefined>} query */
function receiptIn(query) {
  let address = "";
  try {
    address = decodeURIComponent(query.q || "");
  } catch {
    // a broken address names none
  }
  const found = /[?&]r=([0-9A-Za-z-]{13,20})(?:[&#]|$)/.exec(address);
  return found ? found[1] : "";
}

module.exports = { of, open, receiptIn };
