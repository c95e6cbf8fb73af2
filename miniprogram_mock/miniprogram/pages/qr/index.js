// One signer's QR code, as large as the screen, for a person who sits beside.

const { page } = require("../../lib/view");
const { SERVER } = require("../../lib/config");
const api = require("../../lib/api");
const session = require("../../lib/session");

Page(
  page({
    data: { image: "", broken: false },
    async load() {
      const { id, member } = this.query;
      await session.ensure();
      const { data } = await api.get(`/applications/${id}/consent-invitations/${member}`);
      this.setData({ image: SERVER + data.qrPath, broken: false });
    },
    lost() {
      this.setData({ broken: true });
    },
    back() {
      wx.navigateBack();
    },
  }),
);
