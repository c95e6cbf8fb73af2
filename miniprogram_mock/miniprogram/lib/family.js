// Where each signer of a case stands, in words, and what can be done about it.

const { RELATION, day } = require("./words");

/** @type {Record<string, {text: string, next: string, tone: string}>} */
const STATES = {
  not_invited: { text: "还没有请他签", next: "点下面的按钮，把链接发给他。", tone: "wait" },
  open: { text: "等他打开链接", next: "还没有打开。可以再发一次，或者打电话告诉他。", tone: "wait" },
  identified: { text: "他打开了，还没办完", next: "等他办完。链接一直能用。", tone: "wait" },
  verified: { text: "脸核对过了，等他写名字", next: "只差写名字。请他再点开链接。", tone: "wait" },
  refused: { text: "他说不同意", next: "可以和他商量，再请他签；也可以告诉镇里。", tone: "bad" },
  expired: { text: "链接过期了", next: "点一下就能换新的，再发给他。", tone: "bad" },
  superseded: { text: "链接换过了", next: "点一下就能换新的，再发给他。", tone: "wait" },
  withdrawn: { text: "他收回了同意", next: "可以和他商量，再请他签；也可以告诉镇里。", tone: "bad" },
};
const COUNTS = { text: "签好了", next: "不用再做什么。", tone: "" };
const LOOKED_AT = { text: "签了，等工作人员看照片", next: "不用再做什么，看完就算数。", tone: "wait" };

/** @type {Record<string, string>} */
const WAYS = {
  counter: "他想到窗口办。请提醒他带上身份证去镇里。",
  home_visit: "他想请工作人员上门。镇里会和他约时间。",
  video: "他想打视频办。镇里会和他约时间。",
  network_identity: "他想用国家网络身份认证办。镇里会告诉他怎么做。",
};
const SHE = new Set(["12", "30", "38", "52", "75", "77"]); // GB/T 4761
const LIVE = ["open", "identified", "verified"];

/** Every signer of a case. @param {{members: any[], byHelper: boolean}} found @param {(invitationId: string | null) => any} linkOf */
function signers({ members, byHelper }, linkOf) {
  const asked = members.filter((one) => one.signer);
  return asked.map((one) => card(one, linkOf(one.signer.invitationId), one.relation === "01" && !byHelper));
}

/** @param {any} person @param {any} link @param {boolean} self whose phone this is */
function card(person, link, self) {
  const { signer } = person;
  const live = LIVE.includes(signer.state);
  const given = signer.state === "given";
  const pronoun = SHE.has(person.relation) ? "她" : "他";
  const said = given ? (signer.counts ? COUNTS : LOOKED_AT) : STATES[signer.state] || STATES.open;
  return {
    id: person.id,
    invitationId: signer.invitationId,
    name: person.name,
    who: self ? "您自己" : person.relation === "01" ? "申请人" : RELATION[person.relation] || "家里人",
    self,
    ...own(said, self, pronoun),
    pronoun,
    way: live && signer.wayWished ? (WAYS[signer.wayWished] || "").replace(/他/g, pronoun) : "",
    until: live && signer.expiresAt ? day(signer.expiresAt) : "",
    done: given,
    counts: signer.counts,
    link: live && link ? link.link : "",
    ask: given || (live && link) ? "" : asking(signer.state).replace(/他/g, pronoun),
    replaces: live && !link, // another phone made the link, or this one forgot it
  };
}

/** To the applicant themselves it is said as "you". @param {{text: string, next: string, tone: string}} said @param {boolean} self @param {string} pronoun */
function own(said, self, pronoun) {
  if (said === COUNTS || said === LOOKED_AT) return said;
  if (!self) return { ...said, text: said.text.replace(/他/g, pronoun), next: said.next.replace(/他/g, pronoun) };
  const text = said.text.replace("请他签", "签").replace(/^等他/, "等您").replace(/他/g, "您");
  return { ...said, text, next: "在这个手机上就能签。" };
}

/** @param {string} state */
function asking(state) {
  if (state === "not_invited") return "请他签字";
  if (state === "expired") return "换一个新链接";
  return LIVE.includes(state) ? "再发一个新链接" : "再请他签一次";
}

/** "2/4 已签", and how many of the others only wait for a look. @param {any[]} cards */
function counted(cards) {
  const signed = cards.filter((one) => one.counts).length;
  const looked = cards.filter((one) => one.done && !one.counts).length;
  return { signed, all: cards.length, looked, done: cards.length > 0 && signed === cards.length };
}

module.exports = { signers, counted };
