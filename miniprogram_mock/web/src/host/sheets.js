// What lies over a page: questions, lists, notes. The page below cannot be reached until it is answered.

import { make } from "../components/builtin.js";

/**
 * Show `content` over the phone until `close(value)` is called; the promise gives the value.
 * Escape and a press beside it close it with null, where `soft` says that they may.
 */
export function overlay(phone, { label, kind, soft = true }, content) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const dialog = make("div", { class: `sheet sheet-${kind}`, role: "dialog", "aria-modal": "true", "aria-label": label });
    const cover = make("div", { class: "cover" }, dialog);
    const close = (value) => {
      cover.remove();
      phone.frame.cover(-1);
      before?.focus?.({ preventScroll: true });
      resolve(value);
    };
    cover.addEventListener("click", (event) => {
      if (soft && event.target === cover) close(null);
    });
    cover.addEventListener("keydown", (event) => {
      if (soft && event.key === "Escape") close(null);
      if (event.key === "Tab") turnRound(dialog, event);
    });
    dialog.append(...content(close));
    phone.frame.cover(1);
    phone.frame.overlays.append(cover);
    (dialog.querySelector("[autofocus]") ?? dialog.querySelector("button, input, select"))?.focus();
  });
}

/** The keys stay in the sheet: after its last control comes its first. */
function turnRound(dialog, event) {
  const controls = [...dialog.querySelectorAll("button, input, select, a[href]")].filter((one) => !one.disabled);
  const [first, last] = event.shiftKey ? [controls.at(-1), controls[0]] : [controls[0], controls.at(-1)];
  if (document.activeElement !== last) return;
  event.preventDefault();
  first?.focus();
}

/** A list to choose one of; gives its index or null. */
export function chooseOne(phone, title, items, current = -1) {
  return overlay(phone, { label: title, kind: "list" }, (close) => [
    make("h2", {}, title),
    make(
      "div",
      { class: "sheet-items" },
      ...items.map((item, index) =>
        make("button", { type: "button", "aria-pressed": index === current && "true", click: () => close(index) }, item),
      ),
    ),
    make("button", { type: "button", class: "sheet-cancel", click: () => close(null) }, "取消"),
  ]);
}

/** Several columns, each with one choice; gives their indexes or null. */
export function chooseColumns(phone, title, columns, current) {
  return overlay(phone, { label: title, kind: "columns" }, (close) => {
    const selects = columns.map((column, at) => {
      const options = column.map((item, index) => make("option", { value: index, selected: index === (current[at] ?? 0) }, item));
      return make("select", { "aria-label": `${title} ${at + 1}` }, ...options);
    });
    return [
      make("h2", {}, title),
      make("div", { class: "sheet-selects" }, ...selects),
      make("button", { type: "button", class: "sheet-ok", click: () => close(selects.map((one) => Number(one.value))) }, "确定"),
      make("button", { type: "button", class: "sheet-cancel", click: () => close(null) }, "取消"),
    ];
  });
}

/** A question with one or two answers; gives true, false or, where text is asked for, the text. */
export function ask(phone, { title, content, confirm = "确定", cancel = "取消", editable = false, placeholder = "" }) {
  return overlay(phone, { label: title || content || "提示", kind: "question", soft: false }, (close) => {
    const text = editable && make("input", { type: "text", placeholder, "aria-label": placeholder || title || "内容", value: content ?? "" });
    return [
      title ? make("h2", {}, title) : null,
      editable ? text : make("p", {}, content ?? ""),
      make(
        "div",
        { class: "sheet-row" },
        cancel && make("button", { type: "button", class: "sheet-no", click: () => close({ ok: false }) }, cancel),
        make("button", { type: "button", class: "sheet-yes", autofocus: !editable, click: () => close({ ok: true, text: text ? text.value : undefined }) }, confirm),
      ),
    ].filter(Boolean);
  });
}

/** A short note that goes by itself; `icon` loading stays until it is taken away. */
export function toast(phone, { title, icon, mask }) {
  const note = make("div", { class: `toast toast-${icon}`, role: "status" });
  const place = make("div", { class: mask ? "toast-place toast-mask" : "toast-place" }, note);
  phone.frame.overlays.append(place);
  note.append(make("i", { "aria-hidden": "true" }), make("span", {}, title)); // after it is there, so that it is read out
  return () => place.remove();
}
