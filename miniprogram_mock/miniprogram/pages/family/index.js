// Who of the family has to sign, where each stands, and how to reach them: the card first, then the link, then
// the QR code; and signing on this very phone.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const links = require("../../lib/links");
const session = require("../../lib/session");
const { signers, counted } = require("../../lib/family");

// What others see in a chat: no name, no programme.
const TITLE = "家里有件事，请您看一看，签个字";

Page(
  page({
    data: { cards: [], count: null, state: "", busy: "", copied: "", asking: "" },
    async load() {
      await session.ensure(); // a message may lead straight here
      const { data } = await api.get(`/applications/${this.query.id}`);
      this.show(data);
    },
    /** @param {any} found */
    show(found) {
      const asked = found.members.filter((/** @type {any} */ one) => one.signer && one.signer.invitationId);
      const live = asked.filter((/** @type {any} */ one) => ["open", "identified", "verified"].includes(one.signer.state));
      const ids = (/** @type {any[]} */ some) => some.map((one) => one.signer.invitationId);
      this.seen = [...new Set([...(this.seen || []), ...ids(asked)])];
      links.tidy(this.seen, ids(live));
      const cards = signers(found, (id) => links.of(id));
      this.setData({ cards, count: counted(cards), state: found.state });
    },
    /** @param {any} event */
    cardOf(event) {
      return this.data.cards.find((/** @type {any} */ one) => one.id === event.currentTarget.dataset.id);
    },
    /** Make a link; where an older one may be in somebody's hands, say first that it ends. @param {any} event */
    async invite(event) {
      const card = this.cardOf(event);
      if (card.replaces && this.data.asking !== card.id) return this.setData({ asking: card.id });
      this.setData({ busy: card.id, problem: null, asking: "" });
      try {
        const { data } = await api.post(`/applications/${this.query.id}/consent-invitations`, { memberId: card.id });
        links.keep(data);
        this.setData({ busy: "" });
        return this.again();
      } catch (failure) {
        this.setData({ busy: "" });
        return this.fail(failure);
      }
    },
    keepOld() {
      this.setData({ asking: "" });
    },
    /** @param {{from: string, target?: any}} how */
    onShareAppMessage({ from, target }) {
      const card = from === "button" && this.data.cards.find((/** @type {any} */ one) => one.id === target.dataset.id);
      const link = card && links.of(card.invitationId);
      return link ? { title: TITLE, path: `/pages/sign/index?t=${link.token}` } : { title: "掌办：社会救助，手机上办", path: "/pages/home/index" };
    },
    /** @param {any} event */
    copy(event) {
      const card = this.cardOf(event);
      wx.setClipboardData({ data: `${TITLE}：${card.link}`, success: () => this.setData({ copied: card.id }) });
    },
    /** @param {any} event */
    code(event) {
      wx.navigateTo({ url: `/pages/qr/index?invitation=${this.cardOf(event).invitationId}` });
    },
    /** @param {any} event */
    here(event) {
      const card = this.cardOf(event);
      const link = links.of(card.invitationId);
      if (link) wx.navigateTo({ url: `/pages/sign/index?t=${link.token}${card.self ? "" : "&assisted=1"}` });
    },
    goOn() {
      wx.redirectTo({ url: `/pages/${this.data.state === "draft" ? "draft" : "case"}/index?id=${this.query.id}` });
    },
  }),
);
