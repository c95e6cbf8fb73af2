// Where one case stands: now, next, by when; then everything that happened.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const letters = require("../../lib/letters");
const session = require("../../lib/session");
const { caseState, day, yuan } = require("../../lib/words");

Page(
  page({
    data: { found: null, line: null, steps: [], state: null, lines: [], papers: [], busy: false },
    async load() {
      await session.ensure(); // WeChat's own message leads straight here
      const { id } = this.query;
      const [found, line, papers] = await Promise.all([
        api.get(`/applications/${id}`), api.get(`/applications/${id}/timeline`), letters.of(id),
      ]);
      const signers = found.data.members.filter((/** @type {any} */ one) => one.signer);
      this.setData({
        papers, found: found.data, etag: found.etag, line: line.data, state: caseState(found.data.state),
        steps: line.data.steps.map((/** @type {any} */ one) => ({ ...one, who: one.who === "系统" ? "" : one.who, day: day(one.on) })).reverse(),
        until: line.data.stageUntil ? day(line.data.stageUntil) : "",
        signed: signers.filter((/** @type {any} */ one) => one.signer.counts).length, signers: signers.length,
        amount: found.data.outcome && found.data.outcome.amountFen ? yuan(found.data.outcome.amountFen) : "",
        goesOn: !found.data.outcome && !["draft", "withdrawn", "lapsed"].includes(found.data.state),
        canWithdraw: found.data.moves.includes("withdraw"),
        reckoned: Boolean(found.data.assessment),
        lines: found.data.assessment ? found.data.assessment.lines : [],
      });
    },
    family() {
      wx.navigateTo({ url: `/pages/family/index?id=${this.query.id}` });
    },
    change() {
      wx.redirectTo({ url: `/pages/draft/index?id=${this.query.id}` });
    },
    /** @param {any} event */
    async read(event) {
      this.setData({ busy: true, problem: null });
      try {
        await letters.open(event.currentTarget.dataset.path);
        this.setData({ busy: false });
      } catch (failure) {
        this.fail(failure);
      }
    },
    copy() {
      wx.setClipboardData({ data: this.data.found.receiptCode });
    },
    async withdraw() {
      const { confirm } = await wx.showModal({
        title: "要撤回这个申请吗？", content: "撤回后镇里不再办。以后还可以重新申请。", confirmText: "撤回", cancelText: "不撤回",
      });
      if (!confirm) return;
      this.setData({ busy: true });
      try {
        await api.post(`/applications/${this.query.id}/withdrawal`, undefined, { match: this.data.etag });
        this.setData({ busy: false });
        this.again();
      } catch (failure) {
        this.fail(failure);
      }
    },
  }),
);
