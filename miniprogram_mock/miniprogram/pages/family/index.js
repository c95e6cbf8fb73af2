// Who of the family has to sign, where each stands, and how to reach them: the card first, then the link, then
// the QR code; and signing on this very phone. Links stay in this page's memory.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const { signers, counted, isLive } = require("../../lib/family");

// What others see in a chat: no name, no programme.
const TITLE = "家里有件事，请您看一看，签个字";

Page(
  page({
    data: { found: null, cards: [], count: null, state: "", busy: "", copied: "", reminded: "", asking: "" },
    /** @param {Record<string, string>} query */
    onLoad(query) {
      this.path = `/applications/${query.id}`;
      this.links = {};
    },
    async load() {
      await session.ensure(); // a message may lead straight here
      const { data } = await api.get(this.path);
      await this.learn(data.members.filter(isLive));
      this.setData({ cards: signers(data, (id) => this.links[id || ""]), count: counted(data), state: data.state, found: { principalName: data.principalName } });
    },
    /** The links of those who can sign now, each asked for once. @param {any[]} live */
    async learn(live) {
      const known = this.links;
      const found = await Promise.all(
        live.map(async ({ id, signer }) => [signer.invitationId, known[signer.invitationId] || (await this.linkOf(id))]),
      );
      this.links = Object.fromEntries(found);
    },
    /** @param {string} memberId */
    async linkOf(memberId) {
      try {
        return (await api.get(`${this.path}/consent-invitations/${memberId}`)).data;
      } catch (failure) {
        if (api.told(failure).code === "invitation_not_found") return null;
        throw failure;
      }
    },
    /** @param {any} event */
    cardOf(event) {
      return this.data.cards.find((/** @type {any} */ one) => one.id === event.currentTarget.dataset.id);
    },
    /** Make a link; where an older one may be in somebody's hands, say first that it ends. @param {any} event */
    async invite(event) {
      const card = this.cardOf(event);
      if (card.replaces && this.data.asking !== card.id) return this.setData({ asking: card.id });
      const made = await this.ask(card, () => api.post(`${this.path}/consent-invitations`, { memberId: card.id }));
      if (!made) return undefined;
      this.links[made.data.invitationId] = made.data;
      this.setData({ asking: "" });
      return this.again();
    },
    /** @param {any} event */
    async remind(event) {
      const card = this.cardOf(event);
      const done = await this.ask(card, () => api.post(`${this.path}/consent-invitations/${card.id}/reminder`, undefined));
      if (done) this.setData({ reminded: card.id });
      if (done) this.again();
    },
    /** @param {any} card @param {() => Promise<any>} call */
    async ask(card, call) {
      if (this.data.busy) return null;
      this.setData({ busy: card.id, problem: null });
      try {
        return await call();
      } catch (failure) {
        this.fail(failure);
        return null;
      } finally {
        this.setData({ busy: "" });
      }
    },
    keepOld() {
      this.setData({ asking: "" });
    },
    /** @param {{from: string, target?: any}} how */
    onShareAppMessage({ from, target }) {
      const card = from === "button" && this.data.cards.find((/** @type {any} */ one) => one.id === target.dataset.id);
      const link = card && this.links[card.invitationId];
      return link ? { title: TITLE, path: `/pages/sign/index?t=${link.token}` } : { title: "掌办：社会救助，手机上办", path: "/pages/home/index" };
    },
    /** @param {any} event */
    copy(event) {
      const card = this.cardOf(event);
      wx.setClipboardData({ data: `${TITLE}：${card.link}`, success: () => this.setData({ copied: card.id }) });
    },
    /** @param {any} event */
    code(event) {
      wx.navigateTo({ url: `/pages/qr/index?id=${this.query.id}&member=${this.cardOf(event).id}` });
    },
    /** @param {any} event */
    here(event) {
      const card = this.cardOf(event);
      const { token } = this.links[card.invitationId];
      wx.navigateTo({ url: `/pages/sign/index?t=${token}${card.self ? "" : "&assisted=1"}` });
    },
    goOn() {
      wx.redirectTo({ url: `/pages/${this.data.state === "draft" ? "draft" : "case"}/index?id=${this.query.id}` });
    },
  }),
);
