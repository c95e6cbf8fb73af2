// A name written with the finger: strokes of [x, y, ms], whole numbers in units of the pad, which stay the
// same when the phone is turned.

const ACROSS = 1000; // units over the pad's width at the first stroke
const MOST_STROKES = 200;
const MOST_POINTS = 5000;
const LEAST_STEP = 3; // units; nearer points say nothing
const LONGEST_MS = 3600000;

/**
 * @typedef {object} Pad
 * @property {number[][][]} strokes
 * @property {number} across width in units
 * @property {number} down height in units
 * @property {number} scale pixels per unit
 * @property {number | null} from time of the first touch
 * @property {boolean} writing
 */

/** @returns {Pad} */
function empty() {
  return { strokes: [], across: ACROSS, down: 400, scale: 1, from: null, writing: false };
}

/** What was written before, to go on with. @param {{strokes: number[][][], across: number, down: number}} kept @param {number} now @returns {Pad} */
function restored(kept, now) {
  const strokes = kept.strokes.map((stroke) => stroke.map((one) => [...one]));
  const last = strokes.length ? strokes[strokes.length - 1].slice(-1)[0][2] : 0;
  return { ...empty(), across: kept.across, down: kept.down, strokes, from: strokes.length ? now - last : null };
}

/** The pad has this many pixels now; what is written stays in it. @param {Pad} pad @param {number} width @param {number} height */
function resize(pad, width, height) {
  if (!width || !height) return;
  if (!pad.strokes.length) {
    pad.across = ACROSS;
    pad.down = Math.round((ACROSS * height) / width);
  }
  pad.scale = Math.min(width / pad.across, height / pad.down);
}

/** @param {Pad} pad @param {number} x pixels @param {number} y pixels @param {number} now ms @returns {boolean} whether it is drawn */
function begin(pad, x, y, now) {
  if (pad.strokes.length >= MOST_STROKES || points(pad) >= MOST_POINTS) return false;
  if (pad.from === null) pad.from = now;
  pad.strokes.push([point(pad, x, y, now)]);
  pad.writing = true;
  return true;
}

/** @param {Pad} pad @param {number} x @param {number} y @param {number} now @returns {boolean} */
function move(pad, x, y, now) {
  if (!pad.writing || points(pad) >= MOST_POINTS) return false;
  const stroke = pad.strokes[pad.strokes.length - 1];
  const next = point(pad, x, y, now);
  const last = stroke[stroke.length - 1];
  if (Math.hypot(next[0] - last[0], next[1] - last[1]) < LEAST_STEP) return false;
  stroke.push(next);
  return true;
}

/** @param {Pad} pad */
function lift(pad) {
  pad.writing = false;
}

/** @param {Pad} pad */
function undo(pad) {
  pad.strokes.pop();
  pad.writing = false;
  if (!pad.strokes.length) pad.from = null;
}

/** A tap is no line: as the server, which refuses a pad of dots. @param {Pad} pad */
function isWritten(pad) {
  return pad.strokes.some((stroke) => stroke.some(([x, y]) => x !== stroke[0][0] || y !== stroke[0][1]));
}

/** @param {Pad} pad */
function points(pad) {
  return pad.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
}

/** @param {Pad} pad @param {number} x @param {number} y @param {number} now */
function point(pad, x, y, now) {
  const units = (/** @type {number} */ pixels) => Math.min(10000, Math.max(0, Math.round(pixels / pad.scale)));
  const passed = Math.round(now - (pad.from === null ? now : pad.from));
  return [units(x), units(y), Math.min(LONGEST_MS, Math.max(0, passed))];
}

module.exports = { empty, restored, resize, begin, move, lift, undo, isWritten, points };
