// One signer's QR code, as large as the screen, for a person who sits beside.

const { page } = require("../../lib/view");
const { SERVER } = require("../../lib/config");
const links = require("../../lib/links");

Page(
  page({
    data: { image: "", broken: false },
    onLoad() {
      const link = links.of(this.query.invitation);
      this.setData({ image: link ? SERVER + link.qrPath : "", broken: !link });
    },
    lost() {
      this.setData({ broken: true });
    },
    back() {
      wx.navigateBack();
    },
  }),
);
