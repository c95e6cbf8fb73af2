// Words and figures as people say them.

// GB/T 4761: what somebody is to the applicant.
const RELATIONS = [
  ["10", "配偶"], ["11", "丈夫"], ["12", "妻子"], ["20", "儿子"], ["30", "女儿"],
  ["51", "父亲"], ["52", "母亲"], ["28", "女婿"], ["38", "儿媳"], ["41", "孙子、孙女"],
  ["57", "继父、继母、养父、养母"], ["27", "养子、继子"], ["61", "祖父、祖母"],
  ["71", "哥哥"], ["73", "弟弟"], ["75", "姐姐"], ["77", "妹妹"], ["99", "别的关系"],
];
const RELATION = Object.fromEntries([["01", "本人"], ["02", "户主"], ...RELATIONS]);

const WORK = {
  employed: "有固定工作", farming: "种地、养殖", casual: "打零工", unemployed: "没有工作",
  student: "上学", retired: "退休", unable: "不能干活",
};
/** As the certificate (残疾证) prints them. */
const DISABILITIES = {
  none: "还没有残疾证", sight: "视力", hearing: "听力", speech: "言语", limb: "肢体", intellect: "智力", mental: "精神", multiple: "多重",
};
const GRADES = { 1: "一级（最重）", 2: "二级", 3: "三级", 4: "四级" };
const HEALTH = { good: "身体好", chronic: "有慢性病", serious: "有大病", disabled: "有残疾" };

// What a state means to the person who waits; `tone` picks the colour beside the words.
const STATES = {
  draft: { text: "还没有交", tone: "wait" },
  awaiting_consent: { text: "已交，等家人签字", tone: "wait" },
  submitted: { text: "已交，等镇里看", tone: "" },
  correction_requested: { text: "要您补材料", tone: "wait" },
  accepted: { text: "镇里收下了", tone: "" },
  in_review: { text: "正在核查", tone: "" },
  approved: { text: "批准了", tone: "" },
  denied: { text: "没有批准", tone: "bad" },
  withdrawn: { text: "您已撤回", tone: "grey" },
  lapsed: { text: "已失效", tone: "grey" },
};

/** @param {string} state */
function caseState(state) {
  return STATES[/** @type {keyof typeof STATES} */ (state)] || { text: state, tone: "grey" };
}

/** Whole fen as yuan: 186000 → "1,860.00"; null → "". @param {number | null | undefined} fen */
function yuan(fen) {
  if (fen === null || fen === undefined) return "";
  const minus = fen < 0 ? "-" : "";
  const [whole, rest] = (Math.abs(fen) / 100).toFixed(2).split(".");
  return `${minus}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${rest}`;
}

/** What a person types for money as whole fen; null where it is no amount. @param {string} typed */
function fen(typed) {
  const plain = typed.replace(/[，,\s元￥¥]/g, "").replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  if (!/^-?\d{1,9}(\.\d{1,2})?$/.test(plain)) return null;
  const [whole, rest = ""] = plain.replace("-", "").split(".");
  const amount = Number(whole) * 100 + Number(rest.padEnd(2, "0"));
  return plain.startsWith("-") ? -amount : amount;
}

/** "2026-11-24" or a time of the server → "2026年11月24日". @param {string | null} text */
function day(text) {
  if (!text) return "";
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const date = found ? new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3])) : new Date(text);
  return `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日`;
}

/** @param {string} time */
function moment(time) {
  const date = new Date(time);
  return `${day(time)} ${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A mobile number as typed, without its blanks; null for none. @param {string} typed */
function plainPhone(typed) {
  return typed.replace(/\s/g, "") || null;
}

/** An ID number as typed, made plain: full-width digits, spaces, a small x. @param {string} typed */
function plainId(typed) {
  return typed
    .replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[xｘＸ]/g, "X")
    .replace(/\s/g, "");
}

/** What is wrong with a mobile number that nobody has to give, in words. @param {string} typed */
function phoneFault(typed) {
  const number = typed.replace(/\s/g, "");
  return !number || /^1[3-9]\d{9}$/.test(number) ? "" : "手机号是 11 位数字。没有可以不填。";
}

/** What is wrong with an ID number (GB 11643), in words; "" when nothing is. @param {string} typed */
function idFault(typed) {
  const number = plainId(typed);
  if (!number) return "请填身份证号。";
  if (number.length !== 18) return `身份证号是 18 位，您填了 ${number.length} 位。`;
  if (!/^\d{17}[\dX]$/.test(number)) return "身份证号只有数字，最后一位可能是 X。";
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  return "10X98765432"[sum % 11] === number[17] ? "" : "身份证号填错了一位，请对着身份证再看看。";
}

module.exports = { RELATIONS, RELATION, WORK, DISABILITIES, GRADES, HEALTH, caseState, yuan, fen, day, moment, plainId, plainPhone, phoneFault, idFault };
