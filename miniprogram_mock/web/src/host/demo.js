// For who tries the demonstration and holds no card: a made-up person with one click, her card with one's own face
// on it, papers to choose as photos. No part of the mini-program, which is given what any phone would give it.

import { frameOf } from "../components/camera.js";
import { make } from "../components/builtin.js";
import { idCard, page, portraitOf } from "./papers.js";
import { overlay } from "./sheets.js";
import { become } from "./user.js";

const NAMES = ["王文", "李平", "张宁", "刘安", "陈明", "赵华", "周静", "吴清", "郑和", "孙林"];
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const BEGUN = "host.demo.begun";
const TITLE = "演示：编一个人和照片";

export function makeDemo(phone) {
  const key = `host.demo.${phone.user}`;
  let kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  let album = null;

  function keep(person, face) {
    kept = { person, face };
    album = null;
    sessionStorage.setItem(key, JSON.stringify(kept));
  }

  /** The photos that lie in this phone's album, drawn when they are first wanted: {name, blob}. */
  async function photos() {
    if (!kept) return [];
    album ??= draw(kept);
    return album;
  }

  async function open() {
    for (;;) {
      const chosen = await (kept ? overlay(phone, { label: TITLE, kind: "demo" }, known) : overlay(phone, { label: TITLE, kind: "demo" }, unknown));
      if (chosen === "camera") await withOwnFace(phone, (face) => keep(invent(), face));
      else if (chosen === "drawn") keep(invent(), null);
      else if (chosen === "other") return another();
      else if (chosen === "fill") return fill(phone, kept.person);
      else return undefined;
    }
  }

  /** Another person has another telephone: on this one the first has said who she is. */
  function another() {
    sessionStorage.setItem(BEGUN, "yes");
    become(`手机${100 + any(900)}`);
  }

  const choice = (close, value, words, kind = "sheet-more") => make("button", { type: "button", class: kind, click: () => close(value) }, words);

  const unknown = (close) => [
    make("h2", {}, TITLE),
    make("p", {}, "手边没有身份证也能试：这里编一个人，姓名和号码都是假的。\n证件照上用您自己的脸，后面刷脸才对得上。照片留在这个窗口里，您在小程序里选了它才会交给演示系统。"),
    choice(close, "camera", "编一个人，给我拍张脸", "sheet-ok"),
    choice(close, "drawn", "编一个人，不用摄像头"),
    choice(close, null, "关闭", "sheet-cancel"),
  ];

  const known = (close) => [
    make("h2", {}, TITLE),
    make("p", { class: "demo-person" }, `${kept.person.name}\n${kept.person.idNumber}`),
    make("p", {}, kept.face ? "相册里有身份证、户口簿和收入证明的演示照片，选照片时点“从手机相册选”。" : "相册里有演示照片。证件上没有脸，刷脸会通不过：签字时请选不刷脸的办法，或者点“换一个人”，拍张脸。"),
    ...(hasFields(phone) ? [choice(close, "fill", "把姓名和号码填进这一页", "sheet-ok")] : [choice(close, null, "好了，照着屏幕办", "sheet-ok")]),
    choice(close, "other", "换一个人，用另一部手机"),
    choice(close, null, "关闭", "sheet-cancel"),
  ];

  /** Where somebody asked for another person, the new telephone begins with her. */
  function goOn() {
    if (!sessionStorage.getItem(BEGUN)) return;
    sessionStorage.removeItem(BEGUN);
    open();
  }

  return { open, goOn, photos, title: TITLE, fill: () => (kept && hasFields(phone) ? fill(phone, kept.person) : open()) };
}

function any(most) {
  return crypto.getRandomValues(new Uint32Array(1))[0] % most;
}

/** Somebody whose number is valid (GB 11643) and nobody's as far as we know. */
function invent() {
  const two = (number) => String(number).padStart(2, "0");
  const digits = `610303${1955 + any(30)}${two(1 + any(12))}${two(1 + any(28))}${String(any(1000)).padStart(3, "0")}`;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * WEIGHTS[at], 0);
  return { name: NAMES[any(NAMES.length)], idNumber: digits + "10X98765432"[sum % 11] };
}

async function draw({ person, face }) {
  const image = face && make("img", { src: face, alt: "" });
  if (image) await image.decode();
  const register = ["户主", person.name, `身份证号　${person.idNumber}`, "住址　陕西省宝鸡市金台区陈仓镇"];
  const proof = [`${person.name}，身份证号 ${person.idNumber}`, "没有固定工作，没有固定收入。", "陈仓镇一村村民委员会"];
  return [
    { name: "身份证", blob: await idCard(person, image) },
    { name: "户口簿", blob: await page("居民户口簿", register) },
    { name: "证明", blob: await page("证明", proof) },
  ];
}

/** Show what the camera sees, and take the face when asked; nothing is kept where there is no camera. */
async function withOwnFace(phone, keep) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } } });
  } catch {
    return overlay(phone, { label: "没有摄像头", kind: "demo" }, (close) => [
      make("h2", {}, "打不开摄像头"),
      make("p", {}, "请在浏览器里允许用摄像头，再试一次。没有摄像头，就点“编一个人，不用摄像头”。"),
      make("button", { type: "button", class: "sheet-ok", click: () => close(null) }, "知道了"),
    ]);
  }
  const video = make("video", { autoplay: true, playsinline: true, "aria-label": "您的脸" });
  video.muted = true;
  video.srcObject = stream;
  try {
    return await overlay(phone, { label: "拍张脸", kind: "face", soft: false }, (close) => {
      const shutter = make("button", { type: "button", class: "sheet-ok", disabled: true, click: () => close(keep(portraitOf(video))) }, "拍下来");
      frameOf(video).then(() => (shutter.disabled = false));
      return [make("p", {}, "脸放在框的中间，占满大半个框。"), make("div", { class: "face" }, video), shutter, make("button", { type: "button", class: "sheet-cancel", click: () => close(null) }, "不拍了")];
    });
  } finally {
    stream.getTracks().forEach((track) => track.stop());
  }
}

/** The page's fields for a name and a number, as far as it has them. */
function fieldsOf(phone) {
  const named = (name) => phone.frame.screen.querySelector(`.page-place:not([hidden]) [data-field="${name}"] input`);
  return [named("name"), named("idNumber")];
}

function hasFields(phone) {
  return fieldsOf(phone).some(Boolean);
}

/** Type it for the person, as a keyboard would. */
function fill(phone, { name, idNumber }) {
  for (const [at, text] of [name, idNumber].entries()) {
    const field = fieldsOf(phone)[at];
    if (!field) continue;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
