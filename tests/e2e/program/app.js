// Writes down what happens to the app, so that a test can read the order.

const { note } = require("./lib/note");

wx.onNetworkStatusChange(({ isConnected }) => note(`network ${isConnected}`));

App({
  onLaunch: ({ path, scene }) => note(`app.onLaunch ${path} ${scene}`),
  onShow: () => note("app.onShow"),
  onHide: () => note("app.onHide"),
});
