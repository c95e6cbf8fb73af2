// One or several of a few answers, each as large as a thumb; gives `change` with the value(s).

Component({
  properties: {
    label: { type: String, value: "" },
    hint: { type: String, value: "" },
    name: { type: String, value: "" },
    options: { type: Array, value: [] }, // [{value, text, more, picture}]
    value: { type: String, value: "" },
    values: { type: Array, value: [] },
    many: { type: Boolean, value: false },
    error: { type: String, value: "" },
  },
  data: { shown: [] },
  observers: {
    "options, value, values, many"(options, value, values, many) {
      const chosen = many ? values : [value];
      this.setData({
        shown: options.map((/** @type {any} */ one) => ({ ...one, on: chosen.includes(one.value) })),
      });
    },
  },
  methods: {
    /** @param {any} event */
    choose(event) {
      const picked = event.currentTarget.dataset.value;
      if (!this.data.many) {
        this.triggerEvent("change", { name: this.data.name, value: picked });
        return;
      }
      const before = /** @type {string[]} */ (this.data.values);
      const values = before.includes(picked) ? before.filter((one) => one !== picked) : [...before, picked];
      this.triggerEvent("change", { name: this.data.name, values });
    },
  },
});
