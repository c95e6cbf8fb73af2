const { noted } = require("../../lib/note");

Page(
  noted("fields", {
    data: { said: "", columns: [["甲", "乙"], ["一", "二"]], names: [{ n: "王" }, { n: "李" }] },
    told(event) {
      this.setData({ said: `${event.type} ${JSON.stringify(event.detail)}` });
    },
    upper(event) {
      return event.detail.value.toUpperCase();
    },
    draw() {
      wx.createSelectorQuery()
        .select("#pad")
        .fields({ node: true, size: true })
        .exec(([{ node, width, height }]) => {
          node.width = width;
          node.height = height;
          node.getContext("2d").fillRect(0, 0, 10, 10);
          this.setData({ said: `${width}x${height} ${node.toDataURL("image/jpeg", 0.5).slice(0, 22)}` });
        });
    },
    touched(event) {
      const { x, y } = event.touches[0];
      this.setData({ said: `${event.type} ${Math.round(x)} ${Math.round(y)}` });
    },
  }),
);
