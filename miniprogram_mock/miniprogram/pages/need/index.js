// Tell us what is hard: six situations or free words; the system proposes a programme and says why.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");

Page(
  page({
    data: { options: [], needs: [], words: "", errors: {}, busy: false, found: null },
    async load() {
      if (this.data.options.length) return;
      const { data } = await api.get("/needs", { token: null });
      this.setData({
        options: data.items.map((/** @type {any} */ one) => ({ value: one.code, text: one.words.zh, picture: `/images/need-${one.code}.svg` })),
        ...drafts.kept("need"),
      });
    },
    /** @param {any} event */
    typed(event) {
      const { name, value, values } = event.detail;
      this.setData({ [name]: values || value, errors: {}, found: null });
      drafts.keep("need", { needs: this.data.needs, words: this.data.words });
    },
    async ask() {
      const { needs, words } = this.data;
      if (!needs.length && !words.trim()) {
        this.setData({ errors: { needs: "请选一样，或者在下面写几句。" } });
        return faults.showFirst(this.data.errors, ["needs"]);
      }
      this.setData({ busy: true, problem: null });
      try {
        const { data } = await api.post("/need-checks", { needs, words: words.trim() }, { token: null });
        this.setData({ busy: false, found: data });
        wx.pageScrollTo({ selector: "#found", duration: 200 });
      } catch (failure) {
        const told = faults.atFields(this.fail(failure));
        this.setData({ errors: told });
        faults.showFirst(told, ["needs", "words"]);
      }
    },
    /** @param {any} event */
    choose(event) {
      drafts.done("need");
      wx.navigateTo({ url: `/pages/start/index?programme=${event.currentTarget.dataset.code}` });
    },
    all() {
      wx.navigateTo({ url: "/pages/programmes/index" });
    },
  }),
);
