// Reading aloud, where there is a voice: WeChat's own speech plugin (同声传译), which a county adds to its account
// and to app.json. Without it `able()` is false and pages show no button.

const MOST = 300; // characters in one call of the plugin

/** @type {any} */
let plugin;
/** @type {any} */
let player = null;
let turn = 0;

function voice() {
  if (plugin === undefined) {
    try {
      plugin = requirePlugin("WechatSI");
    } catch {
      plugin = null;
    }
  }
  return plugin;
}

function able() {
  const found = voice();
  return Boolean(found && typeof found.textToSpeech === "function");
}

/** Whole sentences, together at most MOST characters a piece. @param {string} text @param {number} [most] */
function pieces(text, most = MOST) {
  /** @type {string[]} */
  const found = [];
  for (const sentence of text.match(/[^。！？\n]+[。！？\n]*/g) || []) {
    const last = found[found.length - 1];
    if (last !== undefined && last.length + sentence.length <= most) found[found.length - 1] = last + sentence;
    else for (let from = 0; from < sentence.length; from += most) found.push(sentence.slice(from, from + most));
  }
  return found;
}

/** Say it, ending whatever was being said; resolves when it is over or could not be said. @param {string} text */
async function say(text) {
  stop();
  if (!able()) return;
  const mine = turn;
  for (const piece of pieces(text)) {
    const file = await spoken(piece);
    if (mine !== turn || !file) return;
    await played(file);
    if (mine !== turn) return;
  }
}

/** @param {string} text @returns {Promise<string>} */
function spoken(text) {
  return new Promise((resolve) => {
    voice().textToSpeech({
      lang: "zh_CN",
      tts: true,
      content: text,
      success: (/** @type {any} */ answer) => resolve(answer.filename || ""),
      fail: () => resolve(""),
    });
  });
}

/** @param {string} file @returns {Promise<void>} */
function played(file) {
  return new Promise((resolve) => {
    player = wx.createInnerAudioContext();
    player.src = file;
    player.onEnded(() => resolve());
    player.onStop(() => resolve());
    player.onError(() => resolve());
    player.play();
  });
}

function stop() {
  turn += 1;
  if (!player) return;
  player.stop();
  player.destroy();
  player = null;
}

module.exports = { able, say, stop, pieces };
