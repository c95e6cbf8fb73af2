// What happened, in its order, where a test finds it: in the storage.

const MOMENTS = ["onLoad", "onShow", "onReady", "onHide", "onUnload"];

function note(text) {
  wx.setStorageSync("log", [...(wx.getStorageSync("log") || []), text]);
}

/** A page that writes down its life, then does what it does. */
function noted(name, options) {
  const page = { ...options };
  for (const moment of MOMENTS) {
    const own = options[moment];
    page[moment] = function (...values) {
      const query = moment === "onLoad" ? ` ${JSON.stringify(values[0])}` : "";
      note(`${name}.${moment}${query}`);
      if (own) own.apply(this, values);
    };
  }
  return page;
}

module.exports = { note, noted };
