// A wish, for me or for my child: a thing or a service, never money. The same page mends one that stands.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const { form } = require("../../lib/form");
const session = require("../../lib/session");
const { kinds } = require("../../lib/wishes");
const { fen, idFault, phoneFault, plainId, plainPhone, yuan } = require("../../lib/words");

const ORDER = ["name", "idNumber", "kind", "text", "value", "division", "phone"];
const FIELDS = { valueFen: "value", beneficiary: "name", "beneficiary.name": "name", "beneficiary.idNumber": "idNumber" };
const EMPTY = { whose: "me", name: "", idNumber: "", kind: "", text: "", value: "", phone: "", show: "no", codes: [], division: "" };

Page(
  page({
    ...form({ draft: "wish", order: ORDER, fields: FIELDS }),
    data: {
      kinds: [], form: EMPTY, errors: {}, busy: false, mends: false,
      whoses: [
        { value: "me", text: "我自己" },
        { value: "child", text: "我的孩子", more: "不满 18 岁，您是监护人" },
        { value: "other", text: "别的大人" },
      ],
      shows: [{ value: "no", text: "不让他看电话" }, { value: "yes", text: "可以给他看电话，好联系" }],
    },
    /** @param {Record<string, string>} query */
    onLoad(query) {
      if (query.id) this.draft = `wish.${query.id}`;
      this.setData({ mends: Boolean(query.id) });
    },
    async load() {
      if (this.data.kinds.length) return;
      await session.ensure();
      const me = (await api.get("/me")).data;
      if (!me.name) {
        const here = `/pages/wish-new/index${this.query.id ? `?id=${this.query.id}` : ""}`;
        wx.redirectTo({ url: `/pages/who/index?then=${encodeURIComponent(here)}` });
        return;
      }
      if (this.data.mends) await this.loadWish();
      const found = await kinds();
      this.setData({
        form: this.typedBefore(),
        kinds: found.map((/** @type {any} */ one) => ({ value: one.code, text: one.name, more: `最多 ${yuan(one.capFen).replace(".00", "")} 元` })),
      });
    },
    async loadWish() {
      const { data, etag } = await api.get(`/wishes/${this.query.id}`);
      const { asked } = data;
      this.etag = etag;
      const { text, phone, division } = asked;
      const value = yuan(data.valueFen).replace(",", "").replace(".00", "");
      this.setData({ form: { ...EMPTY, kind: data.kind, text, value, phone: phone || "", show: asked.mayShowPhone ? "yes" : "no", division } });
    },
    async send() {
      const { form, mends } = this.data;
      const worth = fen(form.value);
      const child = form.whose === "child";
      const errors = {
        name: child && !form.name.trim() ? "请填孩子的姓名。" : "",
        idNumber: child ? idFault(form.idNumber) : "",
        kind: form.kind ? "" : "请选一种。",
        text: form.text.trim().length >= 2 ? "" : "请说说想要什么。",
        value: worth === null || worth <= 0 ? "请填大约多少钱，只填数字。" : "",
        division: form.division ? "" : "请选到村或社区。",
        phone: phoneFault(form.phone),
      };
      const wish = { kind: form.kind, text: form.text.trim(), valueFen: worth, phone: plainPhone(form.phone), mayShowPhone: form.show === "yes" };
      const sent = await this.sendOnce(errors, (/** @type {string} */ key) =>
        mends
          ? api.patch(`/wishes/${this.query.id}`, wish, { match: this.etag })
          : api.post("/wishes", { ...wish, division: form.division, beneficiary: child ? childOf(form) : null }, { key }),
      );
      if (!sent) return;
      if (mends) wx.navigateBack({ delta: 1 });
      else wx.redirectTo({ url: `/pages/wish/index?id=${sent.data.id}` });
    },
  }),
);

/** @param {any} form */
function childOf({ name, idNumber }) {
  return { name: name.trim(), idNumber: plainId(idNumber) };
}
