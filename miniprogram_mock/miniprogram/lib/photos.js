// Taking photos of papers and sending them: kept on the phone until the server has them.

const api = require("./api");
const outbox = require("./outbox");

const MOST_BYTES = 10 * 1024 * 1024; // what wx.uploadFile and the server take

/** Photos from the camera or the album; what went wrong is shown on the page. @param {any} page @param {number} count @returns {Promise<string[]>} */
async function choose(page, count) {
  let chosen;
  try {
    chosen = await wx.chooseMedia({ count, mediaType: ["image"], sourceType: ["camera", "album"], sizeType: ["compressed"] });
  } catch (refused) {
    if (!/cancel/.test(/** @type {any} */ (refused).errMsg || "")) {
      page.setData({ problem: { title: "打不开相机或相册。", detail: "请在手机设置里允许微信用相机和相册，或者换一种方式选照片。", code: "" } });
    }
    return [];
  }
  const small = chosen.tempFiles.filter(({ size }) => size <= MOST_BYTES);
  const tooLarge = small.length < chosen.tempFiles.length;
  page.setData({ problem: tooLarge ? { title: "有的照片太大了。", detail: "请重新拍一张，或者选小一点的。", code: "" } : null });
  return small.map(({ tempFilePath }) => tempFilePath);
}

/** Send one photo into a slot of a case or a mandate. @param {string} caseId @param {{code: string, memberId: string, title: string}} slot @param {string} taken */
async function send(caseId, slot, taken) {
  const file = await keepFile(taken); // a temporary file ends with the app: what waits to be sent must not
  /** @type {Record<string, string>} */
  const body = { caseId, slot: slot.code };
  if (slot.memberId) body.memberId = slot.memberId;
  return outbox.send({ about: caseId, method: "POST", path: "/documents", body, file, label: slot.title });
}

/** @param {string} taken @returns {Promise<string>} */
function keepFile(taken) {
  return new Promise((resolve) => {
    wx.getFileSystemManager().saveFile({
      tempFilePath: taken,
      success: ({ savedFilePath }) => resolve(savedFilePath),
      fail: () => resolve(taken), // no room: it is sent at once or not at all
    });
  });
}

/** A small picture of what the server has, as a file of this phone. @param {string} id @returns {Promise<string>} */
function thumb(id) {
  return api.download(`/documents/${id}/content?variant=thumb`);
}

/** Take a photo out again, if that is really meant; whether it is gone. @param {string} id */
async function remove(id) {
  const { confirm } = await wx.showModal({ title: "去掉这张照片？", content: "去掉后可以重新拍。", confirmText: "去掉", cancelText: "不去掉" });
  if (!confirm) return false;
  const { etag } = await api.get(`/documents/${id}`);
  await api.remove(`/documents/${id}`, { match: etag });
  return true;
}

module.exports = { choose, send, thumb, remove };
