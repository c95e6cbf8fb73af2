// Where a family member, anywhere, reads what is asked, says who they are, and signs; or says no, or goes another
// way. The steps are one page: what was typed and photographed stays in its memory and ends with it.

const { page, look, setElder } = require("../../lib/view");
const api = require("../../lib/api");
const faults = require("../../lib/faults");
const told = require("../../lib/sign_told");
const { next } = require("../../lib/sign_next");
const { signing } = require("../../lib/sign_calls");
const { tokenOf } = require("../../lib/sign_link");
const { idFault, plainId, day, moment } = require("../../lib/words");

const PHONES = [
  { value: "own", text: "我自己的手机" },
  { value: "other", text: "别人的手机，有人在旁边帮我", more: "可以。会记下有人帮忙。名字要您自己写，帮忙的人不能替您写。" },
];
const PLACES = { who: 1, card: 2, face: 3, pad: 4 };
const NO_LINK = { code: "no_link", title: "没有收到链接。", detail: "请点家里人发来的消息，或者扫一扫他给您看的二维码。" };
const SLOWER = 1.5;
const SLOWEST = 4;

Page(
  page({
    data: {
      step: "told", large: false, asked: null, lead: "", rows: [], aloud: "", others: [], until: "", place: 0, places: 4,
      refusing: false, name: "", idNumber: "", phone: "", phones: PHONES, errors: {}, card: "",
      faceAgreed: false, reviewAgreed: false, actions: [], filming: false, unsent: false, pace: 1, review: false,
      agreed: false, writing: null, written: false, sent: false, reason: "", wished: null, receipt: null, letter: [], busy: false,
    },
    /** @param {Record<string, string>} query */
    onLoad(query) {
      this.setData({ large: /elder/.test(look()) });
      this.follow(tokenOf(query));
      if (query.assisted) this.setData({ phone: "other" });
    },
    /** @param {string} token */
    follow(token) {
      if (this.signing) this.signing.end();
      this.token = token;
      this.signing = signing(token);
    },
    async load() {
      if (this.data.asked) return; // coming back from the album or the settings begins nothing anew
      try {
        if (!this.token) throw new api.Problem(0, NO_LINK);
        await this.open();
      } catch (failure) {
        const problem = api.told(failure);
        if (problem.code === "invitation_replaced" && (await this.renewedBefore())) return await this.open();
        const { step } = next("open", problem);
        if (step === "over" || step === "expired") this.setData({ step });
        throw failure;
      }
    },
    /** A reload brings back the link that was renewed here: the server knows the fresh one. */
    async renewedBefore() {
      try {
        const { token } = await this.signing.renew();
        if (token) this.follow(token);
        return Boolean(token);
      } catch {
        return false; // replaced by somebody else
      }
    },
    /** The link ran out: a fresh one in one tap, and what was typed stays. */
    async renew() {
      const answer = await this.ask("renew", () => this.signing.renew());
      if (!answer) return;
      if (answer.token) {
        this.follow(answer.token);
        this.setData({ asked: null });
        this.again();
      } else {
        this.go("over");
        this.setData({ problem: { title: answer.text, detail: "这一页可以关掉了。", code: "" } });
      }
    },
    async open() {
      const asked = await this.signing.open();
      this.setData({
        asked, lead: told.lead(asked), rows: told.rows(asked), aloud: told.aloud(asked), until: day(asked.expiresAt),
        others: asked.ways.filter((/** @type {any} */ way) => way.code !== "face"),
        wished: asked.ways.find((/** @type {any} */ way) => way.code === asked.wayWished) || null,
        step: asked.faceNeedsPerson ? "ways" : "told",
      });
    },
    onUnload() {
      this.signing.end();
      this.picture = "";
      this.frames = [];
    },

    /** @param {string} step */
    go(step) {
      const steps = this.data.refusing ? 2 : 4;
      const place = PLACES[/** @type {keyof typeof PLACES} */ (step)] || 0;
      this.setData({ step, place, places: steps, problem: null, busy: false, filming: false, actions: [] });
      wx.pageScrollTo({ scrollTop: 0, duration: 0 });
    },
    /** @param {any} event */
    to(event) {
      this.go(event.currentTarget.dataset.step);
    },
    /** Say what went wrong where it can be mended. @param {string} call @param {any} failure */
    stumble(call, failure) {
      const problem = api.told(failure);
      const way = next(call, problem);
      this.go(way.step || this.data.step);
      this.fail(problem);
      if (problem.status < 500) this.setData({ "problem.code": "" }); // nobody need phone about what they can mend
      if (way.slower) this.setData({ pace: Math.min(SLOWEST, this.data.pace * SLOWER) });
      if (way.afresh && way.step === "card") this.forgetCard();
      if (way.afresh && way.step === "told") this.open().catch((/** @type {any} */ again) => this.fail(again));
      if (way.fields) this.atFields(problem, way.fields);
      // The very same may have arrived: it goes out again.
      if (call === "sign") this.setData({ sent: problem.unheard });
      if (call === "check") this.setData({ unsent: problem.unheard });
      return problem;
    },
    /** @param {any} problem @param {string[]} fields */
    atFields(problem, fields) {
      const said = faults.atFields(problem);
      const errors = Object.fromEntries(fields.map((name) => [name, said[name] || "请照着身份证再看一遍。"]));
      this.setData({ errors });
    },
    /** @template T @param {string} call @param {() => Promise<T>} ask @returns {Promise<T | null>} */
    async ask(call, ask) {
      if (this.data.busy) return null; // a second tap is the same wish
      this.setData({ busy: true, problem: null });
      try {
        const answer = await ask();
        this.setData({ busy: false });
        return answer;
      } catch (failure) {
        this.stumble(call, failure);
        return null;
      }
    },

    // 1: what is asked, and the ways
    /** Who was sent a link never saw the switch on the first page. */
    switchElder() {
      const large = !this.data.large;
      setElder(large);
      this.setData({ look: look(), large });
    },
    /** @param {any} event */
    async choose(event) {
      const { way } = event.detail;
      if (way === "face") {
        this.setData({ refusing: false });
        this.go(this.signing.begun ? "face" : "who");
        return;
      }
      const wished = await this.ask("wish", () => this.signing.wish(way));
      if (wished) {
        this.go("wished");
        this.setData({ wished });
      }
    },

    // 2: who I am
    /** @param {any} event */
    typed(event) {
      const { name, value } = event.detail;
      this.setData({ [name]: value, [`errors.${name}`]: "" });
    },
    said() {
      const { name, idNumber, phone, refusing } = this.data;
      const errors = {
        name: name.trim() ? "" : "请填您的姓名。",
        idNumber: idFault(idNumber),
        phone: phone || refusing ? "" : "请选一个。",
      };
      this.setData({ errors });
      if (errors.name || errors.idNumber || errors.phone) return faults.showFirst(errors, ["name", "idNumber", "phone"]);
      return this.go("card");
    },

    // 3: the card
    /** @param {any} event */
    pictured(event) {
      this.picture = event.detail.base64;
      this.setData({ card: event.detail.file });
    },
    forgetCard() {
      this.picture = "";
      this.setData({ card: "" });
    },
    async identify() {
      const { name, idNumber, refusing } = this.data;
      const typed = { name: name.trim(), idNumber: plainId(idNumber), card: this.picture };
      const done = await this.ask("identify", () => this.signing.identify(typed).then(() => true));
      if (!done) return;
      if (refusing) this.refuse();
      else this.go("face");
    },

    // 4: the face
    async film() {
      if (!this.data.faceAgreed) return this.setData({ errors: { faceAgreed: "愿意刷脸，请先点这里。不愿意，请选下面别的办法。" } });
      const challenge = await this.ask("challenge", () => this.signing.challenge());
      if (!challenge) return undefined;
      this.challenge = challenge.challengeId;
      return this.setData({ filming: true, unsent: false, actions: challenge.actions });
    },
    /** @param {any} event */
    filmed(event) {
      this.frames = event.detail.frames;
      this.setData({ actions: [] });
      this.check();
    },
    async check() {
      const { faceAgreed, reviewAgreed } = this.data;
      const ticks = { face: faceAgreed, review: reviewAgreed };
      const answer = await this.ask("check", () => this.signing.check(this.challenge, this.frames, ticks));
      if (!this.data.unsent) this.frames = [];
      if (!answer) return;
      if (answer.outcome === "other_way") this.go("unsure");
      else this.signNow(answer.outcome === "review");
    },
    /** @param {boolean} review */
    signNow(review) {
      this.forgetCard();
      this.go("pad");
      this.setData({ review, sent: false });
    },
    showAgain() {
      if (this.data.reviewAgreed) this.go("face");
      else this.setData({ errors: { reviewAgreed: "同意让人看照片，请先点这里。不同意，请选下面别的办法。" } });
    },
    stopFilming() {
      this.setData({ filming: false, actions: [] });
    },
    brokenFilm() {
      this.stopFilming();
      this.setData({ problem: { title: "这次没有拍好。", detail: "请再点一次“开始刷脸”。还不行，下面别的办法一样算数。", code: "" } });
    },

    // 5: the name
    /** @param {any} event */
    wrote(event) {
      const { strokes } = event.detail;
      this.key = api.newKey(); // another name is another wish
      this.setData({ writing: event.detail, written: strokes.length > 0, "errors.strokes": "" });
    },
    async sign() {
      const { agreed, written, writing, phone, asked } = this.data;
      const errors = { agreed: agreed ? "" : "同意，请先点这里。不同意，点下面的“我不同意”。", strokes: written ? "" : "请用手指写上您的名字。" };
      this.setData({ errors });
      if (errors.agreed || errors.strokes) return faults.showFirst(errors, ["agreed", "strokes"]);
      const body = { strokes: writing.strokes, statementHash: asked.statement.hash, agreed, assisted: phone === "other" };
      const given = await this.ask("sign", () => this.signing.sign(body, this.key));
      return given && this.given(given);
    },
    /** @param {any} given */
    given(given) {
      const { asked, name, phone } = this.data;
      const done = {
        name: name.trim(), when: moment(given.givenAt), way: "刷脸，手写名字", assisted: phone === "other", counts: given.counts,
      };
      this.go("done");
      // The number is not left on a phone that may be a neighbour's.
      this.setData({ receipt: { ...given, ...done }, letter: told.letter(asked, done), idNumber: "" });
    },
    copyLetter() {
      wx.setClipboardData({ data: this.data.letter.join("\n") });
    },
    async copyEvidence() {
      const evidence = await this.ask("evidence", () => this.signing.evidence(this.data.receipt.id));
      if (evidence) wx.setClipboardData({ data: JSON.stringify(evidence) });
    },
    async withdraw() {
      const { confirm } = await wx.showModal({
        title: "要收回同意吗？", content: "收回以后，不再查新的。已经查过的，依法保存。家里人的申请可能办不下去。",
        confirmText: "收回", cancelText: "不收回",
      });
      if (!confirm) return;
      const taken = await this.ask("withdraw", () => this.signing.withdraw(this.data.receipt.id));
      if (taken) this.go("withdrawn");
    },
    later() {
      wx.navigateTo({ url: "/pages/consents/index" });
    },

    // saying no
    sayNo() {
      this.before = this.data.step;
      this.go("no");
    },
    /** Back to where the "no" was said, with all that was done. */
    stay() {
      this.go(this.before === "pad" ? "pad" : "told");
    },
    certain() {
      if (this.signing.begun) return this.refuse();
      this.setData({ refusing: true });
      return this.go("who");
    },
    async refuse() {
      const done = await this.ask("refuse", () => this.signing.refuse(this.data.reason.trim()));
      if (done) this.go("refused");
    },
    notMine() {
      this.go("stranger");
    },
    back() {
      this.setData({ refusing: false });
      this.go("told");
    },
  }),
);
