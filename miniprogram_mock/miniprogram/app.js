// The mini-program's beginning: what was not sent yet goes out when the app is opened or the network is back.

const outbox = require("./lib/outbox");

App({
  onLaunch() {
    wx.onNetworkStatusChange(({ isConnected }) => {
      if (isConnected) outbox.flush();
    });
  },
  onShow() {
    outbox.flush();
  },
});
