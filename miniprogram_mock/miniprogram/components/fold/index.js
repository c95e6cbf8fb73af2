// A heading with its short form; a tap opens the whole text.

Component({
  properties: {
    heading: { type: String, value: "" },
    gist: { type: String, value: "" },
    text: { type: String, value: "" },
    last: { type: Boolean, value: false },
  },
  data: { open: false },
  methods: {
    turn() {
      this.setData({ open: !this.data.open });
    },
  },
});
