// What stays on this phone, each thing under a name of ours.

const PREFIX = "zb.";

/** What the phone has no room for: it lasts as long as the app is open. @type {Map<string, unknown>} */
const unsaved = new Map();

/** @param {string} name */
function get(name) {
  if (unsaved.has(name)) return unsaved.get(name);
  const found = wx.getStorageSync(PREFIX + name);
  return found === "" ? null : found; // WeChat answers "" for what is not there
}

/** @param {string} name @param {unknown} value */
function put(name, value) {
  try {
    wx.setStorageSync(PREFIX + name, value);
    unsaved.delete(name);
  } catch {
    unsaved.set(name, value); // typing goes on, and sending too
  }
}

/** @param {string} name */
function drop(name) {
  unsaved.delete(name);
  wx.removeStorageSync(PREFIX + name);
}

/** Everything that the person on this phone left; what belongs to the phone itself stays. */
function forget() {
  for (const { file } of /** @type {any[]} */ (get("outbox") || [])) if (file) discard(file);
  unsaved.clear();
  for (const key of wx.getStorageInfoSync().keys) {
    if (key.startsWith(PREFIX) && !key.startsWith(PREFIX + "phone.")) wx.removeStorageSync(key);
  }
}

/** Photos that were kept until they were sent are of no use any more, and somebody's papers. @param {string} file */
function discard(file) {
  wx.getFileSystemManager().removeSavedFile({ filePath: file, fail: () => {} });
}

module.exports = { get, put, drop, forget, discard };
