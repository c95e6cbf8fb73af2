// Those for whom I act: each with its signed paper, and what can be done now.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const { day } = require("../../lib/words");

const STATES = {
  awaiting_paper: { text: "还没拍委托书", tone: "wait" },
  submitted: { text: "等镇里核对", tone: "wait" },
  active: { text: "可以替他办", tone: "" },
  refused: { text: "没有通过", tone: "bad" },
  revoked: { text: "已收回", tone: "grey" },
};

Page(
  page({
    data: { items: [] },
    async load() {
      await session.ensure();
      const me = (await api.get("/me")).data;
      if (!me.name) {
        wx.redirectTo({ url: `/pages/who/index?then=${encodeURIComponent("/pages/mandates/index")}` });
        return;
      }
      const { data } = await api.get("/mandates");
      this.setData({
        items: data.items.map((/** @type {any} */ one) => ({
          ...one, ...STATES[/** @type {keyof typeof STATES} */ (one.state)], until: day(one.validUntil),
          open: ["awaiting_paper", "submitted", "refused"].includes(one.state), active: one.state === "active",
        })),
      });
    },
  }),
);
