// radio, checkbox and switch: the browser's control inside, and their groups.

import { builtin, make } from "./builtin.js";

let groups = 0;

export function registerChoices(space) {
  builtin(space, "wx-radio-group", { name: "" }, (self, element) => {
    element.wxGroup = `group-${(groups += 1)}`;
    element.setAttribute("role", "radiogroup");
    const checked = () => [...element.querySelectorAll("wx-radio")].find((one) => one.wxControl.checked)?.wxValue() ?? "";
    element.wxChanged = () => self.triggerEvent("change", { value: checked() });
    element.wxField = { name: () => self.data.name, value: checked, reset: () => clear(element) };
    return {};
  });
  builtin(space, "wx-checkbox-group", { name: "" }, (self, element) => {
    element.setAttribute("role", "group");
    const checked = () =>
      [...element.querySelectorAll("wx-checkbox")].filter((one) => one.wxControl.checked).map((one) => one.wxValue());
    element.wxChanged = () => self.triggerEvent("change", { value: checked() });
    element.wxField = { name: () => self.data.name, value: checked, reset: () => clear(element) };
    return {};
  });
  choice(space, "wx-radio", "radio", "wx-radio-group");
  choice(space, "wx-checkbox", "checkbox", "wx-checkbox-group");
  builtin(space, "wx-switch", { checked: false, disabled: false, name: "", color: "", type: "switch" }, (self, element) => {
    const control = make("input", { type: "checkbox", role: "switch" });
    element.prepend(control);
    element.wxControl = control;
    element.wxField = { name: () => self.data.name, value: () => control.checked, reset: () => (control.checked = false) };
    control.addEventListener("change", () => {
      self.setData({ checked: control.checked });
      self.triggerEvent("change", { value: control.checked });
    });
    const labels = handOver(element, control);
    return {
      update(data) {
        control.checked = data.checked;
        control.disabled = data.disabled;
        labels();
      },
      attached: labels,
    };
  });
}

function choice(space, tag, type, groupTag) {
  builtin(space, tag, { value: "", checked: false, disabled: false, color: "" }, (self, element) => {
    const control = make("input", { type });
    element.prepend(control);
    element.wxControl = control;
    element.wxValue = () => self.data.value;
    element.wxKeep = () => self.setData({ checked: control.checked });
    control.addEventListener("change", () => {
      const group = element.closest(groupTag);
      // Choosing one radio frees another, of which its own data must hear.
      for (const one of group?.querySelectorAll(tag) ?? [element]) one.wxKeep();
      group?.wxChanged();
    });
    const labels = handOver(element, control);
    return {
      update(data) {
        control.checked = data.checked;
        control.disabled = data.disabled;
        labels();
      },
      attached() {
        const group = element.closest(groupTag);
        if (type === "radio" && group) control.name = group.wxGroup;
        labels();
      },
    };
  });
}

/** The names that a view gives the built-in belong to the control inside. */
function handOver(element, control) {
  const move = () => {
    for (const name of ["aria-label", "aria-describedby", "aria-labelledby"]) {
      const given = element.getAttribute(name);
      if (given === null) continue;
      control.setAttribute(name, given);
      element.removeAttribute(name);
    }
  };
  new MutationObserver(move).observe(element, { attributes: true });
  return move;
}

function clear(group) {
  for (const one of group.querySelectorAll("wx-radio, wx-checkbox")) one.wxControl.checked = false;
}
