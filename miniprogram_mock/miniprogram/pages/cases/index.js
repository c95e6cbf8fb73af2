// All my matters, and those that I look after for others.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const { caseState, day } = require("../../lib/words");

Page(
  page({
    data: { items: [], known: false, more: null },
    async load() {
      this.setData({ known: Boolean(session.token()) });
      if (!session.token()) return this.setData({ items: [] });
      const names = await programmeNames();
      const { data } = await api.get("/applications?limit=50");
      this.setData({ items: data.items.map((/** @type {any} */ one) => shown(one, names)) });
    },
    need() {
      wx.navigateTo({ url: "/pages/need/index" });
    },
  }),
);

async function programmeNames() {
  const { data } = await api.get("/programmes", { token: null });
  return Object.fromEntries(data.items.map((/** @type {any} */ one) => [one.code, one.name.zh]));
}

/** @param {any} one @param {Record<string, string>} names */
function shown(one, names) {
  const state = caseState(one.state);
  const editable = one.state === "draft" || one.state === "correction_requested";
  return {
    id: one.id, principalName: one.principalName, name: names[one.programme] || one.programme, text: state.text, tone: state.tone,
    when: one.submittedOn ? `${day(one.submittedOn)}交的` : `${day(one.createdAt)}开始填`,
    due: one.dueOn ? `${day(one.dueOn)}前有结果` : "",
    url: editable ? `/pages/draft/index?id=${one.id}` : `/pages/case/index?id=${one.id}`,
  };
}
