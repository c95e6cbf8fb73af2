// Something that must be seen: what happened and what to do next. `kind`: info, good, wait or wrong.

Component({
  properties: {
    kind: { type: String, value: "info" },
    title: { type: String, value: "" },
    detail: { type: String, value: "" },
    code: { type: String, value: "" },
    action: { type: String, value: "" },
  },
  data: { mark: { info: "提示", good: "好了", wait: "请注意", wrong: "没有成功" } },
  methods: {
    act() {
      this.triggerEvent("act");
    },
  },
});
