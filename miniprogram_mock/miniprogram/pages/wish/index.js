// One wish: what the giver or the one who wished can do with it now.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const session = require("../../lib/session");
const { kinds, wishState } = require("../../lib/wishes");
const { day, yuan } = require("../../lib/words");

const OVER = ["fulfilled", "rejected", "withdrawn"];

Page(
  page({
    data: { found: null, state: null, note: "", thanks: "", busy: false, errors: {} },
    async load() {
      await session.ensure();
      this.setData({ ...drafts.kept(`wish-said.${this.query.id}`) });
      const [{ data, etag }, names] = await Promise.all([api.get(`/wishes/${this.query.id}`), kinds()]);
      this.show(data, etag);
      const kind = names.find((/** @type {any} */ one) => one.code === data.kind);
      this.setData({ kindName: kind ? kind.name : data.kind });
    },
    /** What it is by now, under the words of what went wrong: the next tap is about that. */
    async refresh() {
      try {
        const { data, etag } = await api.get(`/wishes/${this.query.id}`);
        this.show(data, etag);
      } catch {
        // the first problem is the one to be read
      }
    },
    show(/** @type {any} */ found, /** @type {string} */ etag) {
      this.etag = etag;
      const can = Object.fromEntries(found.moves.map((/** @type {string} */ move) => [move, true]));
      this.setData({
        found, can, state: wishState(found.state), worth: yuan(found.valueFen).replace(".00", ""),
        text: found.publicText || (found.asked && found.asked.text) || "",
        illustrates: Boolean(found.asked) && ["submitted", "returned"].includes(found.state),
        delivers: Boolean(found.handover) && ["claimed", "delivered"].includes(found.state),
        awaited: Boolean(found.asked || found.claim) && !OVER.includes(found.state),
        until: found.claim && found.claim.until ? day(found.claim.until) : "",
      });
    },
    /** @param {any} event */
    typed(event) {
      this.setData({ [event.detail.name]: event.detail.value, errors: {} });
      drafts.keep(`wish-said.${this.query.id}`, { note: this.data.note, thanks: this.data.thanks });
    },
    /** @param {any} event */
    async act(event) {
      const { act, ask, received } = event.currentTarget.dataset;
      if (ask) {
        const { confirm } = await wx.showModal({ title: ask, confirmText: "是的", cancelText: "再想想" });
        if (!confirm) return;
      }
      const bodies = {
        delivery: { note: this.data.note }, confirmation: { received: received === "yes" }, feedback: { text: this.data.thanks },
      };
      this.keys = { ...this.keys, [act]: (this.keys || {})[act] || api.newKey() };
      this.setData({ busy: true, problem: null });
      try {
        const answer = await api.post(`/wishes/${this.query.id}/${act}`, bodies[/** @type {keyof typeof bodies} */ (act)], { key: this.keys[act], match: this.etag });
        delete this.keys[act];
        drafts.done(`wish-said.${this.query.id}`);
        this.setData({ busy: false });
        this.show(answer.data, answer.etag);
      } catch (failure) {
        const problem = this.fail(failure);
        if (!problem.unheard) delete this.keys[act];
        if (problem.status === 409 || problem.status === 412) await this.refresh();
        const told = (problem.errors[0] || {}).message || "";
        this.setData({ errors: { note: act === "delivery" ? told : "", thanks: act === "feedback" ? told : "" } });
      }
    },
  }),
);
