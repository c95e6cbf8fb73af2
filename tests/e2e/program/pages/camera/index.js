const { note, noted } = require("../../lib/note");

Page(
  noted("camera", {
    data: { on: true, said: "", shot: "" },
    told(event) {
      this.setData({ said: `${event.type} ${event.detail.errMsg || ""}` });
    },
    shoot() {
      wx.createCameraContext().takePhoto({
        quality: "high",
        selfieMirror: false,
        success: ({ tempImagePath }) => this.setData({ shot: tempImagePath }),
        fail: ({ errMsg }) => this.setData({ said: errMsg }),
      });
    },
    again() {
      this.setData({ on: !this.data.on });
    },
    onUnload() {
      setTimeout(() => {
        this.setData({ shot: "/images/dot.png" }); // what was under way when the page went
        note("camera.late");
      }, 0);
    },
  }),
);
