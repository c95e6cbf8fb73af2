// The first page: my matters, one big next step, and the ways in.

const { page, setElder } = require("../../lib/view");
const api = require("../../lib/api");
const session = require("../../lib/session");
const store = require("../../lib/store");

Page(
  page({
    data: { elder: false, cases: [], known: false },
    async load() {
      this.setData({ elder: Boolean(store.get("phone.elder")), known: Boolean(session.token()) });
      if (!session.token()) return;
      const { data } = await api.get("/applications?limit=20");
      this.setData({ cases: data.items });
    },
    switchElder() {
      setElder(!this.data.elder);
      this.onShow();
    },
    async start() {
      try {
        await session.ensure();
        this.again();
      } catch (failure) {
        this.fail(failure);
      }
    },
  }),
);
