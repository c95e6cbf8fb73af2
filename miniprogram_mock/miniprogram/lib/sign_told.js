// What the signer is told, short first and whole by a tap; every word is the county's own text.

/** @typedef {{heading: string, gist: string, text: string}} Row */

// Headings whose short form is made of the answer's lists; all others are shortened to whole sentences.
/** @type {Record<string, (asked: any) => string>} */
const GISTS = {
  谁在问您: (asked) => asked.authority.zh,
  查什么: (asked) => few(asked.dataClasses.map((/** @type {any} */ one) => one.zh.split("、")[0]), 5),
  到哪里查: (asked) => few(asked.sources.map((/** @type {any} */ one) => one.zh.split("、")[0]), 4),
};
const SENTENCES = { 为什么问: 2, 不同意会怎样: 2 };

/** @param {string[]} words @param {number} most */
function few(words, most) {
  return `${words.slice(0, most).join("、")}等`;
}

/** The first sentences of a text. @param {string} text @param {number} count */
function sentences(text, count) {
  return (text.match(/[^。！？]+[。！？]?/g) || [text]).slice(0, count).join("");
}

/** The statement's own lines, "3. 查什么：…", each with a short form. @param {any} asked @returns {Row[]} */
function rows(asked) {
  return asked.statement.zh.split("\n").map((/** @type {string} */ line) => {
    const [, heading = "", text = line] = /^\d+\.\s*([^：]{1,20})：(.*)$/.exec(line) || [];
    const short = GISTS[heading];
    const count = SENTENCES[/** @type {keyof typeof SENTENCES} */ (heading)] || 1;
    return { heading, gist: short ? short(asked) : sentences(text, count), text };
  });
}

/** The one sentence above all. @param {any} asked */
function lead(asked) {
  const what = asked.purposes[0].zh.replace(/（.*）$/, "");
  const more = asked.purposes.length > 1 ? "等" : "";
  return `${asked.applicantName}在申请${what}${more}，请${asked.signerName}同意核对收入和财产。`;
}

/** All of it, for reading aloud. @param {any} asked */
function aloud(asked) {
  const ways = asked.ways.map((/** @type {any} */ way) => way.name.zh).join("，");
  return `${lead(asked)}\n${asked.statement.zh}\n同意的话，有几种办法，都一样算数：${ways}。也可以选不同意。`;
}

/**
 * What was agreed to, as a letter that can be kept or printed.
 * @param {any} asked @param {{name: string, when: string, way: string, assisted: boolean, counts: boolean}} done
 */
function letter(asked, done) {
  return [
    asked.statement.title.zh,
    asked.statement.zh,
    `同意的人：${done.name}`,
    `时间：${done.when}`,
    `办法：${done.way}${done.assisted ? "（有人在旁边帮忙，名字是本人写的）" : ""}`,
    done.counts ? "这份同意已经生效。" : "工作人员看过照片以后，这份同意才生效。",
    `文本编号：${asked.statement.version}，校验码：${asked.statement.hash.slice(0, 16)}`,
  ];
}

/** How many characters a person has to read before choosing. @param {any} asked */
function toRead(asked) {
  return lead(asked).length + rows(asked).reduce((sum, row) => sum + row.heading.length + row.gist.length, 0);
}

module.exports = { rows, lead, aloud, letter, toRead, sentences };
