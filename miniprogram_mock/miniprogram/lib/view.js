// How every page looks and begins: the elder view (长辈版), and what to do when loading fails.

const store = require("./store");
const api = require("./api");
const session = require("./session");

/** The classes of a page's outermost view: `elder`, and the step of the person's own text size. */
function look() {
  const { fontSizeScaleFactor: scale = 1 } = wx.getAppBaseInfo();
  const step = scale >= 1.6 ? "scale-160" : scale >= 1.3 ? "scale-130" : scale > 1.05 ? "scale-115" : "";
  return `${store.get("phone.elder") ? "elder" : "plain"} ${step}`;
}

/** @param {boolean} on */
function setElder(on) {
  store.put("phone.elder", on);
}

/**
 * The options of a Page, with the look in `data.look` and the helpers that each page needs.
 * A page's `load()` fetches what it shows: until then `data.loading`, and after a failure
 * `data.problem` (shown by <notice>), with `again` as the way to try once more.
 * @param {Record<string, any>} options
 */
function page(options) {
  const { onLoad, onShow, load } = options;
  return {
    /** A button with data-url leads there. @param {any} event */
    open(event) {
      wx.navigateTo({ url: event.currentTarget.dataset.url });
    },
    /** @this {any} */
    async logIn() {
      try {
        await session.ensure();
        this.again();
      } catch (failure) {
        this.fail(failure);
      }
    },
    ...options,
    data: { look: look(), loading: Boolean(load), problem: null, ...options.data },
    /** @this {any} @param {Record<string, string>} query */
    onLoad(query) {
      this.query = query;
      if (onLoad) onLoad.call(this, query);
    },
    /** @this {any} */
    onShow() {
      const now = look();
      if (now !== this.data.look) this.setData({ look: now });
      if (onShow) onShow.call(this);
      if (load) this.again();
    },
    /** @this {any} */
    async again() {
      try {
        await load.call(this);
        this.setData({ loading: false, problem: null });
      } catch (failure) {
        this.fail(failure);
      }
    },
    /** Show what went wrong, at its place and in words; nothing typed is touched. @this {any} @param {any} failure */
    fail(failure) {
      const problem = api.told(failure);
      this.setData({
        loading: false,
        busy: false,
        problem: {
          title: problem.title,
          detail: problem.detail,
          code: problem.requestId ? `${problem.code} ${problem.requestId}` : problem.code,
        },
      });
      return problem;
    },
  };
}

module.exports = { page, look, setElder };
