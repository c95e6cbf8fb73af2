// input and textarea.

import * as ge from "glass-easel";

import { builtin, mark } from "./builtin.js";

const MODES = { number: "numeric", digit: "decimal" };
const COMMON = {
  value: "", name: "", placeholder: "", disabled: false, maxlength: 140, focus: false, confirmType: "done",
  placeholderStyle: "", placeholderClass: "", cursorSpacing: 0, adjustPosition: true, autoFocus: false,
};

export function registerFields(space) {
  builtin(space, "input", { ...COMMON, type: "text", password: false, confirmHold: false }, (self, element) => {
    const common = field(self, element);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      self.triggerEvent("confirm", { value: element.value });
      if (!self.data.confirmHold) element.blur();
    });
    return {
      update(data) {
        const type = data.password || data.type === "safe-password" ? "password" : "text";
        if (element.type !== type) element.type = type;
        mark(element, "inputmode", MODES[data.type]);
        mark(element, "enterkeyhint", data.confirmType);
        mark(element, "autocomplete", "off");
        common(data);
      },
    };
  });

  builtin(space, "textarea", { ...COMMON, autoHeight: false, showConfirmBar: true, fixed: false }, (self, element) => {
    const common = field(self, element);
    const fit = () => {
      if (!self.data.autoHeight) return;
      element.style.height = "auto";
      element.style.height = `${element.scrollHeight}px`;
    };
    element.addEventListener("input", fit);
    return {
      update(data) {
        common(data);
        fit();
      },
      attached: () => setTimeout(fit, 0),
    };
  });
}

function field(self, element) {
  let focused = false;
  element.wxField = {
    name: () => self.data.name,
    value: () => element.value,
    reset: () => (element.value = ""),
  };
  element.addEventListener("input", () => {
    if (element.value !== self.data.value) self.setData({ value: element.value });
    const detail = { value: element.value, cursor: element.selectionStart, keyCode: 0 };
    // What a handler returns replaces what was typed.
    const handleListenerReturn = (given) => {
      if (typeof given === "string") element.value = given;
    };
    ge.Event.dispatchEvent(self, new ge.Event("input", detail, { handleListenerReturn }));
  });
  element.addEventListener("focus", () => {
    element.scrollIntoView({ block: "nearest" });
    self.triggerEvent("focus", { value: element.value, height: 0 });
  });
  element.addEventListener("blur", () => self.triggerEvent("blur", { value: element.value, cursor: element.selectionStart }));
  return (data) => {
    const text = data.value === null || data.value === undefined ? "" : String(data.value);
    if (element.value !== text) element.value = text;
    element.placeholder = data.placeholder;
    element.disabled = data.disabled;
    if (data.maxlength >= 0) element.maxLength = data.maxlength;
    else element.removeAttribute("maxlength");
    const wanted = data.focus || data.autoFocus;
    if (wanted && !focused) setTimeout(() => element.focus(), 0);
    focused = wanted;
  };
}
