// One person: who it is, what they do, what comes in and what large expenses there are.

const { page } = require("../../lib/view");
const cases = require("../../lib/cases");
const drafts = require("../../lib/drafts");
const faults = require("../../lib/faults");
const store = require("../../lib/store");
const { DISABILITIES, GRADES, HEALTH, RELATIONS, WORK, fen, idFault, phoneFault, plainId, plainPhone, yuan } = require("../../lib/words");

const ORDER = ["relation", "name", "idNumber", "phone", "work", "health", "disabilityKind", "disabilityGrade", "money", "incomes", "deductions"];
const PERIODS = [{ value: "month", text: "每月" }, { value: "year", text: "一年" }];
const options = (/** @type {Record<string, string>} */ words) =>
  Object.entries(words).map(([value, text]) => ({ value, text }));

Page(
  page({
    data: {
      relations: RELATIONS.map(([, name]) => name), relationIndex: -1,
      works: options(WORK), healths: options(HEALTH), disabilities: options(DISABILITIES), grades: options(GRADES), periods: PERIODS,
      moneyWays: [
        { value: "none", text: "没有收入" },
        { value: "some", text: "有收入，我来填" },
        { value: "unknown", text: "不清楚，请帮我查", more: "镇里会帮您查，不影响您申请" },
      ],
      found: null, form: null, errors: {}, busy: false, isSelf: false, isNew: true,
    },
    async load() {
      if (this.data.form) return; // coming back from another page: what is typed stays
      const found = await cases.read(this.query.id);
      const old = found.members.find((/** @type {any} */ one) => one.id === this.query.member);
      this.found = found;
      this.memberId = old ? old.id : cases.newId();
      this.name = `person.${found.id}.${old ? old.id : this.query.relation || this.query.role}`;
      const form = drafts.kept(this.name) || blank(old, this.query, found.principalName ? { name: found.principalName } : store.get("me"));
      for (const [list, kinds] of [[form.incomes, found.incomeKinds], [form.deductions, found.deductionKinds]]) {
        for (const one of list) one.index = Math.max(0, kinds.findIndex((/** @type {any} */ kind) => kind.code === one.kind));
      }
      this.setData({
        found: { principalName: found.principalName }, form, isNew: !old, isSelf: form.relation === "01",
        supporter: form.role === "supporter",
        kinds: found.incomeKinds, kindNames: found.incomeKinds.map((/** @type {any} */ one) => one.words.zh),
        outKinds: found.deductionKinds, outNames: found.deductionKinds.map((/** @type {any} */ one) => one.words.zh),
        relationIndex: RELATIONS.findIndex(([code]) => code === form.relation),
        masked: old ? old.idNumber : "", maskedPhone: old ? old.phone : "",
      });
      wx.setNavigationBarTitle({ title: form.relation === "01" ? "本人" : old ? old.name : "加一个人" });
    },
    keep() {
      drafts.keep(this.name, this.data.form);
    },
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [`form.${name}`]: value, [`errors.${name}`]: "" });
      this.keep();
    },
    /** @param {any} event */
    relate(event) {
      const relationIndex = Number(event.detail.value);
      this.setData({ relationIndex, "form.relation": RELATIONS[relationIndex][0], "errors.relation": "" });
      this.keep();
    },
    /** @param {any} event */
    toggle(event) {
      this.setData({ "form.incapable": event.detail.value === "yes" });
      this.keep();
    },
    /** @param {any} event */
    addItem(event) {
      const { list } = event.currentTarget.dataset;
      const kinds = list === "incomes" ? this.data.kinds : this.data.outKinds;
      this.setData({ [`form.${list}`]: [...this.data.form[list], { kind: kinds[0].code, index: 0, amount: "", period: "month" }] });
      this.keep();
    },
    /** @param {any} event */
    dropItem(event) {
      const { list, at } = event.currentTarget.dataset;
      this.setData({ [`form.${list}`]: this.data.form[list].filter((/** @type {any} */ _, /** @type {number} */ n) => n !== Number(at)) });
      this.keep();
    },
    /** @param {any} event */
    setItem(event) {
      const { list, at, part } = event.currentTarget.dataset;
      const value = event.detail.value;
      const kinds = list === "incomes" ? this.data.kinds : this.data.outKinds;
      const change = part === "kind" ? { index: Number(value), kind: kinds[Number(value)].code } : { [part]: value };
      const item = { ...this.data.form[list][Number(at)], ...change };
      this.setData({ [`form.${list}[${at}]`]: item, [`errors.${list}`]: "" });
      this.keep();
    },
    async save() {
      const { form } = this.data;
      const errors = check(form, this.data.isNew);
      this.setData({ errors });
      if (Object.values(errors).some(Boolean)) return faults.showFirst(errors, ORDER);
      this.setData({ busy: true, problem: null });
      try {
        await cases.putPerson(this.found, this.memberId, bodyOf(form));
        drafts.done(this.name);
        wx.navigateBack({ delta: 1 });
      } catch (failure) {
        const problem = this.fail(failure);
        const told = faults.atFields(problem);
        this.setData({ errors: told });
        if (problem.code === "version_stale") this.found = await cases.read(this.query.id);
        faults.showFirst(told, ORDER);
      }
    },
    async remove() {
      const { confirm } = await wx.showModal({
        title: `去掉${this.data.form.name}？`, content: "这个人填过的内容也会去掉。", confirmText: "去掉", cancelText: "不去掉",
      });
      if (!confirm) return;
      try {
        await cases.removePerson(this.found, this.memberId);
        drafts.done(this.name);
        wx.navigateBack({ delta: 1 });
      } catch (failure) {
        this.fail(failure);
      }
    },
  }),
);

/** The form of a person as stored, or an empty one. @param {any} old @param {any} query @param {any} me */
function blank(old, query, me) {
  if (!old) {
    const self = query.relation === "01";
    return {
      role: query.role || "member", relation: query.relation || "", name: (self && me && me.name) || "", idNumber: "", phone: "",
      work: "", health: "", disabilityKind: "", disabilityGrade: "", incapable: false, money: "", incomes: [], deductions: [],
    };
  }
  const items = (/** @type {any[]} */ list) => list.map((one) => ({ kind: one.kind, index: 0, amount: yuan(one.amountFen).replace(/,|\.00$/g, ""), period: one.period }));
  return {
    role: old.role, relation: old.relation, name: old.name, idNumber: "", phone: "", work: old.work || "", health: old.health || "",
    disabilityKind: old.disability ? old.disability.kind : "", disabilityGrade: old.disability ? String(old.disability.grade) : "",
    incapable: old.incapable, money: old.incomesUnknown ? "unknown" : old.incomes.length ? "some" : "none",
    incomes: items(old.incomes), deductions: items(old.deductions),
  };
}

/** Whether there is a disability certificate. @param {any} form */
function certified(form) {
  return form.health === "disabled" && Boolean(form.disabilityKind) && form.disabilityKind !== "none";
}

/** What is wrong, by field. @param {any} form @param {boolean} isNew */
function check(form, isNew) {
  const wrong = (/** @type {any[]} */ items) => (items.some((one) => fen(one.amount) === null) ? "请填多少钱，只填数字。" : "");
  return {
    relation: form.relation ? "" : "请选一个。",
    name: form.name.trim() ? "" : "请填姓名。",
    idNumber: form.idNumber || isNew ? idFault(form.idNumber) : "",
    phone: phoneFault(form.phone || ""),
    disabilityGrade: certified(form) && !form.disabilityGrade ? "请照残疾证选一个。" : "",
    money: form.money ? "" : "请选一个。",
    incomes: form.money === "some" ? (form.incomes.length ? wrong(form.incomes) : "请加上一样收入，或者选“没有收入”。") : "",
    deductions: wrong(form.deductions),
  };
}

/** @param {any} form */
function bodyOf(form) {
  const items = (/** @type {any[]} */ list) => list.map((one) => ({ kind: one.kind, amountFen: fen(one.amount), period: one.period }));
  /** @type {any} */
  const body = {
    role: form.role, relation: form.relation, name: form.name.trim(), work: form.work || null, health: form.health || null,
    disability: certified(form) ? { kind: form.disabilityKind, grade: Number(form.disabilityGrade) } : null,
    incapable: form.incapable, incomes: form.money === "some" ? items(form.incomes) : [],
    incomesUnknown: form.money === "unknown", deductions: items(form.deductions),
  };
  if (form.idNumber) body.idNumber = plainId(form.idNumber);
  if (form.phone) body.phone = plainPhone(form.phone);
  return body;
}
