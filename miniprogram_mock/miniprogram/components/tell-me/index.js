// "Tell me in WeChat when there is news": asked by whoever wants it; a no costs nothing.

const { prepare, ask } = require("../../lib/subscribe");

Component({
  data: { ready: false, answer: "" },
  lifetimes: {
    /** @this {any} */
    async attached() {
      const ready = await prepare().catch(() => false); // without it the page is as good as before
      this.setData({ ready });
    },
  },
  methods: {
    async tap() {
      const answer = await ask();
      this.setData({ answer });
    },
  },
});
