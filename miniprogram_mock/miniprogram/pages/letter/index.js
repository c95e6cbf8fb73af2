// Whether a letter is real and still holds, by the code at its foot; no log-in, nothing about a person.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const faults = require("../../lib/faults");
const { day } = require("../../lib/words");

/** @param {any} letter */
function saidOf(letter) {
  const since = letter.endedOn ? day(letter.endedOn) : "";
  if (letter.endedAs === "replaced") return { title: `是真的，${since}换了新的。`, detail: "请看最新的那一份。" };
  if (letter.endedAs) return { title: `是真的，${since}收回了。`, detail: "从那天起不算数了。" };
  return { title: "是真的，还有效。", detail: "" };
}

Page(
  page({
    data: { code: "", errors: {}, busy: false, found: null, said: null, on: "" },
    /** @param {any} event */
    typed(event) {
      this.setData({ code: event.detail.value, "errors.code": "" });
    },
    async look() {
      const code = this.data.code.trim();
      const errors = { code: code.length < 10 ? "请填文书最下面的核验码。" : "" };
      this.setData({ errors, found: null });
      if (errors.code) return faults.showFirst(errors, ["code"]);
      this.setData({ busy: true, problem: null });
      try {
        const { data } = await api.post("/letter-checks", { code }, { token: null });
        this.setData({ busy: false, found: data, said: saidOf(data), on: day(data.issuedOn) });
      } catch (failure) {
        this.setData({ errors: faults.atFields(this.fail(failure)) });
      }
    },
  }),
);
