// A page with one form: what is typed stays on the phone until the server has it, wrong fields are told at
// the fields, and a second tap or a lost answer does nothing twice.

const api = require("./api");
const drafts = require("./drafts");
const faults = require("./faults");

/**
 * The parts of a page's options that its form needs; the page keeps what is typed in `data.form`.
 * @param {{draft: string, order: string[], fields?: Record<string, string>}} about `draft` is the name under which
 *   it is kept (a page may set `this.draft`), `order` that of the fields on the page; `fields` says which of them
 *   a wrong field of the server is, where the names differ
 */
function form({ draft, order, fields = {} }) {
  return {
    /** What was typed before and not sent. @this {any} */
    typedBefore() {
      return { ...this.data.form, ...drafts.kept(this.draft || draft) };
    },
    /** @this {any} @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [`form.${name}`]: value, [`errors.${name}`]: "" });
      drafts.keep(this.draft || draft, this.data.form);
    },
    /** @this {any} @param {any} event */
    place(event) {
      this.setData({ "form.division": event.detail.code, "form.codes": event.detail.codes, "errors.division": "" });
      drafts.keep(this.draft || draft, this.data.form);
    },
    /**
     * Send it unless something is wrong: the answer, or null where there is more to do.
     * @this {any} @param {Record<string, string>} errors by field, "" for none @param {(key: string) => Promise<any>} call
     */
    async sendOnce(errors, call) {
      this.setData({ errors });
      if (Object.values(errors).some(Boolean)) faults.showFirst(errors, order);
      if (this.data.busy || Object.values(errors).some(Boolean)) return null;
      this.setData({ busy: true, problem: null });
      this.key = this.key || api.newKey();
      try {
        const answer = await call(this.key);
        this.key = "";
        drafts.done(this.draft || draft);
        this.setData({ busy: false });
        return answer;
      } catch (failure) {
        const problem = this.fail(failure);
        if (!problem.unheard) this.key = "";
        const said = Object.entries(faults.atFields(problem));
        const told = Object.fromEntries(said.map(([name, words]) => [fields[name] || name, words]));
        this.setData({ errors: told });
        faults.showFirst(told, order);
        return null;
      }
    },
  };
}

module.exports = { form };
