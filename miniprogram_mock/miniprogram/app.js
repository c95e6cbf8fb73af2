// The mini-program's beginning: what was not sent yet goes out when the app is opened or the network is back.

const outbox = require("./lib/outbox");
const session = require("./lib/session");

App({
  onLaunch() {
    session.leave();
    wx.onNetworkStatusChange(({ isConnected }) => {
      if (isConnected) outbox.flush();
    });
  },
  onShow() {
    if (session.leave()) wx.reLaunch({ url: "/pages/home/index" });
    outbox.flush();
  },
});
