// The ways to consent, all with the same rank: same size, same look, in the server's order. Gives `choose` with
// {way}.

Component({
  properties: {
    ways: { type: Array, value: [] }, // as the API's `ways`
    label: { type: String, value: "" },
    busy: { type: Boolean, value: false },
  },
  methods: {
    /** @param {any} event */
    choose(event) {
      this.triggerEvent("choose", { way: event.currentTarget.dataset.way });
    },
  },
});
