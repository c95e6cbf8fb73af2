// What stays on this phone, each thing under a name of ours.

const PREFIX = "zb.";

/** @param {string} name */
function get(name) {
  const found = wx.getStorageSync(PREFIX + name);
  return found === "" ? null : found; // WeChat answers "" for what is not there
}

/** @param {string} name @param {unknown} value */
function put(name, value) {
  wx.setStorageSync(PREFIX + name, value);
}

/** @param {string} name */
function drop(name) {
  wx.removeStorageSync(PREFIX + name);
}

/** Everything that the person on this phone left; what belongs to the phone itself stays. */
function forget() {
  for (const key of wx.getStorageInfoSync().keys) {
    if (key.startsWith(PREFIX) && !key.startsWith(PREFIX + "phone.")) wx.removeStorageSync(key);
  }
}

module.exports = { get, put, drop, forget };
