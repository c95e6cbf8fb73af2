// What the township and the system told me, newest first.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const { placeOf } = require("../../lib/inbox");
const session = require("../../lib/session");
const { moment } = require("../../lib/words");

Page(
  page({
    data: { items: [] },
    async load() {
      await session.ensure(); // WeChat's own message leads straight here
      const { data } = await api.get("/me");
      this.setData({
        loading: false,
        items: data.messages.map((/** @type {any} */ one) => ({ ...one, when: moment(one.at), url: placeOf(one) })),
      });
      if (!data.unread) return;
      // Seen is seen on every phone; where it does not arrive they are new once more, no harm done.
      await api.post("/me/messages/read", { upTo: data.messages[0].id }).catch(api.told);
    },
  }),
);
