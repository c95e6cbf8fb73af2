const { noted } = require("../../lib/note");

Page(
  noted("sign", {
    data: { link: "" },
    onLoad({ q = "" }) {
      this.setData({ link: decodeURIComponent(q) });
    },
  }),
);
