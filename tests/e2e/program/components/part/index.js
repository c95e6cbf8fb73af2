const { note } = require("../../lib/note");

Component({
  properties: { words: { type: String, value: "" } },
  lifetimes: {
    created: () => note("part.created"),
    attached: () => note("part.attached"),
    ready: () => note("part.ready"),
    detached: () => note("part.detached"),
  },
  pageLifetimes: {
    show: () => note("part.show"),
    hide: () => note("part.hide"),
  },
  methods: {
    press() {
      this.triggerEvent("pressed", { words: this.data.words });
    },
  },
});
