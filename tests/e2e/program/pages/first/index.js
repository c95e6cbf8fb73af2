const { note, noted } = require("../../lib/note");

Page(
  noted("first", {
    data: { words: "一个部件", boxes: ["甲", "乙"] },
    go() {
      wx.navigateTo({ url: "../call/index?from=first&words=%E4%BD%A0%26" });
    },
    pressed(event) {
      note(`pressed ${event.detail.words} ${event.type}`);
    },
    tapped(event) {
      note(`tapped ${event.currentTarget.dataset.name}`);
    },
    grow() {
      this.setData({ boxes: [...this.data.boxes, "丙"], "words": "变了" });
    },
    onShareAppMessage({ from, target }) {
      return { title: `来自${from}${target ? target.dataset.who : ""}`, path: "/pages/call/index?shared=1" };
    },
  }),
);
