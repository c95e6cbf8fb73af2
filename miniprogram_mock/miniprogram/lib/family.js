// Where each signer of a case stands, in the server's words as they are said of him, of her, or to oneself; and
// what can be done about it.

const { RELATION, day, moment } = require("./words");

/** @type {Record<string, string>} */
const TONES = { waits_refused: "bad", waits_expired: "bad", waits_withdrawn: "bad" };
const SIGNED = { text: "签好了", next: "不用再做什么。", tone: "" };
const HERE = { text: "等您签字", next: "在这个手机上就能签。", tone: "wait" };

/** @type {Record<string, string>} */
const WAYS = {
  counter: "他想到窗口办。请提醒他带上身份证去镇里。",
  home_visit: "他想请工作人员上门。镇里会和他约时间。",
  video: "他想打视频办。镇里会和他约时间。",
  network_identity: "他想用国家网络身份认证办。镇里会告诉他怎么做。",
};
const SHE = new Set(["12", "30", "38", "52", "75", "77"]); // GB/T 4761
const LIVE = new Set(["open", "identified", "verified"]);
const TOLD_AS_IS = new Set(["waits_look", "waits_refused", "waits_withdrawn"]);

/** Whether somebody has a link by which they can sign now. @param {any} person */
function isLive(person) {
  return Boolean(person.signer) && LIVE.has(person.signer.state);
}

/** Every signer of a case. @param {{members: any[], principalName: string | null}} found @param {(invitationId: string | null) => any} linkOf */
function signers({ members, principalName }, linkOf) {
  const asked = members.filter((one) => one.signer);
  return asked.map((one) => card(one, linkOf(one.signer.invitationId), one.relation === "01" && !principalName));
}

/** @param {any} person @param {any} link @param {boolean} self whose phone this is */
function card(person, link, self) {
  const { signer } = person;
  const pronoun = self ? "您" : SHE.has(person.relation) ? "她" : "他";
  const said = self ? toOneself(signer) : words(signer);
  const open = isLive(person) && Boolean(link);
  return {
    id: person.id,
    invitationId: signer.invitationId,
    name: person.name,
    who: self ? "您自己" : person.relation === "01" ? "申请人" : RELATION[person.relation] || "家里人",
    self,
    pronoun,
    text: said.text.replace(/他/g, pronoun),
    next: said.next.replace(/他/g, pronoun),
    tone: said.tone,
    until: open ? day(signer.expiresAt) : "",
    reminded: open && signer.remindedAt ? moment(signer.remindedAt) : "",
    link: open ? link.link : "",
    ask: open ? "" : asking(signer).replace(/他/g, pronoun),
    replaces: isLive(person) && !link, // a link of an older release was not kept
  };
}

/** @param {any} signer */
function words({ waitsFor, wayWished }) {
  if (!waitsFor) return SIGNED;
  const { code, text, next } = waitsFor;
  const way = code === "waits_other_way" ? WAYS[wayWished] : "";
  return { text, next: way || next, tone: TONES[code] || "wait" };
}

/** @param {any} signer */
function toOneself(signer) {
  const { waitsFor } = signer;
  return !waitsFor || TOLD_AS_IS.has(waitsFor.code) ? words(signer) : HERE;
}

/** The button that makes a new link; "" where nothing is to be asked. @param {any} signer */
function asking({ waitsFor, state }) {
  if (!waitsFor || waitsFor.code === "waits_look") return "";
  if (waitsFor.code === "waits_not_invited") return "请他签字";
  if (waitsFor.code === "waits_expired") return "换一个新链接";
  return LIVE.has(state) ? "再发一个新链接" : "再请他签一次";
}

/** "2/4 已签", and how many of the others only wait for a look. @param {any} found the case */
function counted({ consents, members }) {
  const look = (/** @type {any} */ one) => one.signer && one.signer.waitsFor && one.signer.waitsFor.code === "waits_look";
  const { needed, counted: signed } = consents;
  return { signed, all: needed, looked: members.filter(look).length, done: needed > 0 && signed === needed };
}

module.exports = { signers, counted, isLive };
