// WeChat's built-in tags and what they are in the document. A built-in that a browser has under the same
// name, with the same meaning, stays itself: its name, role and keys are then the browser's own.

export const TAGS = {
  view: "wx-view",
  text: "wx-text",
  image: "wx-image",
  icon: "wx-icon",
  picker: "wx-picker",
  radio: "wx-radio",
  checkbox: "wx-checkbox",
  switch: "wx-switch",
  "radio-group": "wx-radio-group",
  "checkbox-group": "wx-checkbox-group",
  "scroll-view": "wx-scroll-view",
  swiper: "wx-swiper",
  "swiper-item": "wx-swiper-item",
  navigator: "wx-navigator",
  camera: "wx-camera",
  progress: "wx-progress",
  form: "wx-form",
  canvas: "canvas",
  input: "input",
  textarea: "textarea",
  button: "button",
  label: "label",
  "cover-view": "wx-view",
  "cover-image": "wx-image",
};

const VIRTUAL = new Set(["block", "slot", "template", "import", "include", "wxs"]);
const UNBUILT = new Set(["rich-text", "web-view", "map", "video", "live-player", "editor", "ad"]);

/** The document's tag for a tag of WXML or WXSS; a component's own tag stays. */
export function domTag(tag) {
  if (UNBUILT.has(tag)) throw new Error(`<${tag}> is not built in this host`);
  return VIRTUAL.has(tag) ? tag : (TAGS[tag] ?? tag);
}
