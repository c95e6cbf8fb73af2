// One thing to type, with its label above and its error below; gives `change` with the value.

Component({
  properties: {
    label: { type: String, value: "" },
    hint: { type: String, value: "" },
    name: { type: String, value: "" },
    value: { type: String, value: "" },
    type: { type: String, value: "text" }, // as <input>: text, number, digit, idcard
    long: { type: Boolean, value: false },
    most: { type: Number, value: 140 },
    error: { type: String, value: "" },
    placeholder: { type: String, value: "" },
    unit: { type: String, value: "" },
  },
  methods: {
    /** @param {{detail: {value: string}}} event */
    typed(event) {
      this.triggerEvent("change", { name: this.data.name, value: event.detail.value });
    },
    left() {
      this.triggerEvent("leave", { name: this.data.name, value: this.data.value });
    },
  },
});
