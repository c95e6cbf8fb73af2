// What to say and when to take a picture in a face check, and how large pictures may be.

const FACE = { edge: 640, bytes: 200 * 1024 };
const CARD = { edge: 1600, bytes: 1200 * 1024 };
const QUALITIES = [0.88, 0.75, 0.6, 0.45, 0.3];

/** @type {Record<string, {hint: string, say: string}>} */
const HINTS = {
  front: { hint: "看着手机，先别动", say: "请看着手机，先别动。" },
  turn_left: { hint: "慢慢把头转向左边", say: "请慢慢把头转向左边。听到响声再转回来。" },
  turn_right: { hint: "慢慢把头转向右边", say: "请慢慢把头转向右边。听到响声再转回来。" },
  open_mouth: { hint: "张大嘴巴", say: "请张大嘴巴。" },
};
const ARROWS = { turn_left: "←", turn_right: "→", open_mouth: "○", front: "·" };

/** @typedef {{action: string, hint: string, say: string, arrow: string, waits: number[]}} Move */

/**
 * The front first, then each action that the server asked for; `waits` are the ms before each picture.
 * One picture of the front and two of each action, since a slow turn is half done at the first: 5 for two
 * actions, as many as the server takes. `pace` above 1 gives more time.
 * @param {string[]} actions @param {number} pace @returns {Move[]}
 */
function plan(actions, pace) {
  const each = actions.length > 2 ? 1 : 2;
  const wait = (/** @type {number} */ ms) => Math.round(ms * pace);
  return ["front", ...actions].map((action) => ({
    action,
    ...(HINTS[action] || { hint: action, say: action }),
    arrow: ARROWS[/** @type {keyof typeof ARROWS} */ (action)] || "",
    waits: action === "front" ? [wait(1500)] : [wait(2000), wait(700)].slice(0, each),
  }));
}

/** Width and height with no side above `edge`, never larger than before. @param {number} width @param {number} height @param {number} edge */
function fit(width, height, edge) {
  const share = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** The bytes behind a base64 text. @param {string} base64 */
function bytesOf(base64) {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length * 3) / 4 - padding;
}

/**
 * The best quality that fits; the last one if none does, so that the server says it.
 * @param {(quality: number) => string} encode gives base64 @param {number} most bytes
 */
function encoded(encode, most) {
  let found = "";
  for (const quality of QUALITIES) {
    found = encode(quality);
    if (bytesOf(found) <= most) break;
  }
  return found;
}

module.exports = { FACE, CARD, plan, fit, bytesOf, encoded };
