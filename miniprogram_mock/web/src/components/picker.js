// picker: whatever it wraps is pressed, then the choice is made in a sheet from below.

import { builtin, mark } from "./builtin.js";
import { pressable } from "./buttons.js";
import { chooseColumns, chooseOne } from "../host/sheets.js";

export function registerPicker(space, phone) {
  builtin(
    space,
    "wx-picker",
    { mode: "selector", range: [], rangeKey: "", value: undefined, start: "", end: "", fields: "day", disabled: false, name: "", headerText: "" },
    (self, element) => {
      element.setAttribute("role", "button");
      element.setAttribute("aria-haspopup", "dialog");
      element.tabIndex = 0;
      pressable(element);
      element.wxField = { name: () => self.data.name, value: () => self.data.value ?? "", reset: () => self.setData({ value: undefined }) };
      element.addEventListener("click", async () => {
        if (self.data.disabled) return;
        const value = await choose(phone, self.data);
        if (value === null) self.triggerEvent("cancel", {});
        else self.triggerEvent("change", { value });
      });
      return { update: (data) => mark(element, "aria-disabled", data.disabled && "true") };
    },
  );
}

function choose(phone, data) {
  const title = data.headerText || "请选择";
  const words = (item) => String(data.rangeKey ? item[data.rangeKey] : item);
  if (data.mode === "selector") return chooseOne(phone, title, data.range.map(words), Number(data.value ?? -1));
  if (data.mode === "multiSelector") {
    return chooseColumns(phone, title, data.range.map((column) => column.map(words)), data.value ?? []);
  }
  if (data.mode === "date") return chooseDate(phone, title, data);
  return chooseTime(phone, title, data);
}

async function chooseDate(phone, title, { value, start, end, fields }) {
  const [first, last] = [Number((start || "1900").slice(0, 4)), Number((end || "2100").slice(0, 4))];
  const given = value || new Date().toISOString().slice(0, 10);
  const two = (n) => String(n).padStart(2, "0");
  const many = (from, to, unit) => Array.from({ length: to - from + 1 }, (_, n) => `${from + n}${unit}`);
  const columns = [many(first, last, "年")];
  if (fields !== "year") columns.push(many(1, 12, "月"));
  if (fields === "day") columns.push(many(1, 31, "日"));
  const [year, month, day] = given.split("-").map(Number);
  const chosen = await chooseColumns(phone, title, columns, [year - first, (month || 1) - 1, (day || 1) - 1]);
  if (chosen === null) return null;
  const y = first + chosen[0];
  if (fields === "year") return String(y);
  const m = chosen[1] + 1;
  if (fields === "month") return `${y}-${two(m)}`;
  const d = Math.min(chosen[2] + 1, new Date(y, m, 0).getDate());
  const made = `${y}-${two(m)}-${two(d)}`;
  if (start && made < start) return start;
  return end && made > end ? end : made;
}

async function chooseTime(phone, title, { value }) {
  const two = (n) => String(n).padStart(2, "0");
  const columns = [24, 60].map((n) => Array.from({ length: n }, (_, at) => two(at)));
  const chosen = await chooseColumns(phone, title, columns, String(value || "00:00").split(":").map(Number));
  return chosen && chosen.map(two).join(":");
}
