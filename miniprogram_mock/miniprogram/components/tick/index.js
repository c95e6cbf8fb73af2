// One thing to agree to, never ticked beforehand; gives `change` with {name, value}.

Component({
  properties: {
    name: { type: String, value: "" },
    text: { type: String, value: "" },
    more: { type: String, value: "" },
    value: { type: Boolean, value: false },
    error: { type: String, value: "" },
  },
  methods: {
    turn() {
      this.triggerEvent("change", { name: this.data.name, value: !this.data.value });
    },
  },
});
