// button, label, navigator and form: the browser's own where it has them.

import { builtin, mark } from "./builtin.js";

export function registerButtons(space, phone) {
  builtin(
    space,
    "button",
    { type: "default", size: "default", plain: false, disabled: false, loading: false, formType: "", openType: "" },
    (self, element) => {
      element.type = "button";
      element.addEventListener("click", () => {
        if (self.data.formType) endForm(element, self.data.formType);
        if (self.data.openType) phone.openType(self.data.openType, self, element);
      });
      return {
        update(data) {
          element.disabled = data.disabled;
          mark(element, "wx-type", data.type);
          mark(element, "wx-size", data.size);
          mark(element, "wx-plain", data.plain);
          mark(element, "wx-loading", data.loading);
          mark(element, "aria-busy", data.loading && "true");
        },
      };
    },
  );

  builtin(space, "label", { for: "" }, (self, element) => ({
    update: () => join(self, element),
    attached: () => setTimeout(() => join(self, element), 0),
  }));

  builtin(
    space,
    "wx-navigator",
    { url: "", openType: "navigate", delta: 1 },
    (self, element) => {
      element.setAttribute("role", "link");
      element.tabIndex = 0;
      const kinds = {
        navigate: "navigateTo", redirect: "redirectTo", switchTab: "switchTab", reLaunch: "reLaunch", navigateBack: "navigateBack",
      };
      element.addEventListener("click", () => {
        phone.wx[kinds[self.data.openType]]({ url: self.data.url, delta: self.data.delta });
      });
      pressable(element);
      return {};
    },
  );

  builtin(space, "wx-form", { reportSubmit: false }, (self, element) => {
    element.wxForm = {
      submit: () => self.triggerEvent("submit", { value: valuesOf(element) }),
      reset: () => {
        for (const field of fieldsOf(element)) field.reset?.();
        self.triggerEvent("reset", {});
      },
    };
    return {};
  });
}

/** Enter and space press what is no native button. */
export function pressable(element) {
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    element.click();
  });
}

/** A label names a field by its id in the view; the document's id has a prefix. */
function join(self, element) {
  const target = self.data.for && self.ownerShadowRoot?.getElementById(self.data.for);
  const node = target?.$$;
  const field = node?.wxControl ?? node;
  if (!field) return;
  if (!field.id) field.id = `${node.id}-control`;
  element.htmlFor = field.id;
}

function endForm(element, kind) {
  element.closest("wx-form")?.wxForm[kind]?.();
}

function fieldsOf(form) {
  return [...form.querySelectorAll("*")].map((node) => node.wxField).filter(Boolean);
}

function valuesOf(form) {
  return Object.fromEntries(
    fieldsOf(form).filter((field) => field.name()).map((field) => [field.name(), field.value()]),
  );
}
