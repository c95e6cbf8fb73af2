// The camera with an oval: leads through the movements by words, voice and a buzz (a turned head does not see the
// screen), takes the pictures by itself, and gives `frames` with {frames} in base64. Nothing is kept.

const { FACE, plan } = require("../../lib/sign_frames");
const { shrunk, still } = require("../../lib/pictures");
const speech = require("../../lib/speech");

Component({
  properties: {
    actions: { type: Array, value: [] }, // the challenge; begins when it is set
    pace: { type: Number, value: 1 },
    busy: { type: Boolean, value: false },
  },
  data: { camera: true, ready: false, denied: false, hint: "", arrow: "", step: 0, steps: 0 },
  observers: {
    /** @this {any} */
    "actions, ready"() {
      this.begin();
    },
  },
  lifetimes: {
    /** @this {any} */
    detached() {
      this.stopped = true;
      speech.stop();
    },
  },
  pageLifetimes: {
    /** @this {any} */
    hide() {
      this.halt();
    },
  },
  methods: {
    /** @this {any} */
    opened() {
      this.setData({ ready: true });
    },
    /** @this {any} */
    refused() {
      this.setData({ camera: false, ready: false, denied: true });
      this.triggerEvent("denied");
    },
    /** @this {any} */
    retry() {
      this.setData({ camera: true, denied: false });
    },
    /** @this {any} */
    begin() {
      const { actions, ready } = this.data;
      if (!ready || !actions.length || this.running === actions) return;
      this.running = actions;
      this.lead(actions);
    },
    /** Left for another app: these movements are not finished; new ones are asked for. @this {any} */
    halt() {
      if (!this.running) return;
      this.running = null;
      this.setData({ hint: "", arrow: "" });
      this.triggerEvent("halted");
    },
    /** @param {string[]} actions @this {any} */
    async lead(actions) {
      /** @type {string[]} */
      const frames = [];
      const moves = plan(actions, this.data.pace);
      const over = () => this.stopped || this.running !== actions;
      try {
        for (const [place, move] of moves.entries()) {
          this.setData({ hint: move.hint, arrow: move.arrow, step: place + 1, steps: moves.length });
          speech.say(move.say);
          for (const ms of move.waits) {
            await later(ms);
            if (over()) return;
            frames.push(await shrunk(this, await still(), FACE));
            if (over()) return;
            wx.vibrateShort({ type: "medium" });
          }
        }
        this.setData({ hint: "好了，正在比对，请等一下…", arrow: "" });
        speech.say("好了。");
        this.triggerEvent("frames", { frames });
      } catch (failure) {
        console.error(failure);
        if (!over()) this.triggerEvent("broken");
      } finally {
        if (this.running === actions) this.running = null;
      }
    },
  },
});

/** @param {number} ms */
function later(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
