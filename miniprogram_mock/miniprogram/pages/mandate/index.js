// The signed paper of one mandate (委托书): what must stand on it, and its photo.

const { page } = require("../../lib/view");
const mandates = require("../../lib/mandates");
const photos = require("../../lib/photos");
const session = require("../../lib/session");
const store = require("../../lib/store");

Page(
  page({
    data: { found: null, me: "", sending: false, sent: false },
    async load() {
      await session.ensure();
      const found = await mandates.read(this.query.id);
      this.setData({ found, sent: found.state === "submitted", me: (store.get("me") || {}).name || "" });
    },
    async take() {
      const taken = await photos.choose(this, 1);
      if (!taken.length) return;
      this.setData({ sending: true, problem: null });
      try {
        await photos.send(this.query.id, { code: "mandate_paper", memberId: "", title: "委托书" }, taken[0]);
        await this.again();
      } catch (failure) {
        this.fail(failure);
      }
      this.setData({ sending: false });
    },
    done() {
      wx.navigateBack({ delta: 1 });
    },
  }),
);
