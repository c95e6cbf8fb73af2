// Reads a text aloud; nothing is shown where the phone has no voice.

const speech = require("../../lib/speech");

Component({
  properties: {
    text: { type: String, value: "" },
    label: { type: String, value: "念给我听" },
  },
  data: { able: false, reading: false },
  lifetimes: {
    attached() {
      this.setData({ able: speech.able() });
    },
    detached() {
      speech.stop();
    },
  },
  pageLifetimes: {
    hide() {
      speech.stop();
    },
  },
  methods: {
    async turn() {
      if (this.data.reading) {
        speech.stop();
        this.setData({ reading: false });
        return;
      }
      this.setData({ reading: true });
      await speech.say(this.data.text);
      this.setData({ reading: false });
    },
  },
});
