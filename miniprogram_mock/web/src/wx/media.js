// Camera, album, pictures, codes and sound.

import { chooseOne, ask, overlay } from "../host/sheets.js";
import { make } from "../components/builtin.js";
import { frameOf } from "../components/camera.js";
import { Fault } from "./promise.js";

export function media(phone) {
  let live = null; // the camera on the page
  phone.camera = {
    use: (one) => (live = one),
    async open(facing) {
      await phone.permit("scope.camera");
      try {
        return await navigator.mediaDevices.getUserMedia({
          audio: false, video: { facingMode: facing === "front" ? "user" : "environment", width: { ideal: 1280 }, height: { ideal: 960 } },
        });
      } catch (fault) {
        if (fault.name === "NotAllowedError") throw new Fault("auth deny");
        throw new Fault(`camera error ${fault.name}`);
      }
    },
  };

  const camera = {
    async takePhoto({ quality = "normal", selfieMirror = true }) {
      if (!live) throw new Fault("camera is not ready");
      const mirrored = live.facing === "front" && selfieMirror;
      const blob = await still(live.video, { high: 0.95, normal: 0.85, low: 0.6, original: 1 }[quality], mirrored);
      return { tempImagePath: phone.files.temporary(blob), tempThumbPath: "", width: live.video.videoWidth, height: live.video.videoHeight };
    },
  };

  async function chooseMedia({ count = 9, sourceType = ["album", "camera"], camera: side = "back" }) {
    const drawn = (await phone.demo.photos()).length > 0;
    const words = { camera: "拍照", album: drawn ? "从手机相册选（里面有演示照片）" : "从手机相册选" };
    const kinds = ["camera", "album"].filter((kind) => sourceType.includes(kind));
    const at = kinds.length > 1 ? await chooseOne(phone, "照片从哪里来？", kinds.map((kind) => words[kind])) : 0;
    if (at === null) throw new Fault("cancel");
    const blobs = kinds[at] === "camera" ? [await photograph(phone, side)] : await pick(phone, count, "image/*");
    const tempFiles = await Promise.all(
      blobs.map(async (blob) => ({ tempFilePath: phone.files.temporary(blob), size: blob.size, fileType: "image", ...(await sizeOf(blob)) })),
    );
    return { tempFiles, type: "image" };
  }

  return {
    asynchronous: {
      chooseMedia,
      async chooseImage(options) {
        const { tempFiles } = await chooseMedia(options);
        return { tempFilePaths: tempFiles.map((one) => one.tempFilePath), tempFiles: tempFiles.map((one) => ({ path: one.tempFilePath, size: one.size })) };
      },
      scanCode: () => scan(phone),
      async getImageInfo({ src }) {
        const blob = await phone.files.blob(src);
        if (!blob) throw new Fault("file not found");
        return { ...(await sizeOf(blob)), path: src, orientation: "up", type: blob.type.split("/")[1] };
      },
      async compressImage({ src, quality = 80, compressedWidth, compressedHeight }) {
        const blob = await phone.files.blob(src);
        if (!blob) throw new Fault("file not found");
        return { tempFilePath: phone.files.temporary(await smaller(blob, quality / 100, compressedWidth, compressedHeight)) };
      },
      async canvasToTempFilePath({ canvas, fileType = "png", quality = 1 }) {
        if (!canvas?.toBlob) throw new Fault("canvas is empty");
        const type = fileType === "jpg" ? "image/jpeg" : "image/png";
        return { tempFilePath: phone.files.temporary(await blobOf(canvas, type, quality)) };
      },
      async previewImage({ urls, current }) {
        const shown = current && urls.includes(current) ? current : urls[0];
        await overlay(phone, { label: "看大图", kind: "picture" }, (close) => [
          make("img", { src: phone.files.address(shown), alt: "照片" }),
          make("button", { type: "button", class: "sheet-cancel", click: () => close(null) }, "关闭"),
        ]);
      },
    },
    plain: {
      createCameraContext: () => phone.functions(camera, "camera."),
      createInnerAudioContext: () => sound(phone),
    },
  };
}

/** What the camera sees; mirrored only if that is asked for. */
async function still(video, quality, mirrored = false) {
  const canvas = make("canvas", { width: video.videoWidth, height: video.videoHeight });
  const context = canvas.getContext("2d");
  if (mirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  context.drawImage(video, 0, 0);
  return blobOf(canvas, "image/jpeg", quality);
}

function blobOf(canvas, type, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Fault("canvas is empty"))), type, quality);
  });
}

async function sizeOf(blob) {
  try {
    const { width, height } = await createImageBitmap(blob);
    return { width, height };
  } catch {
    return { width: 0, height: 0 };
  }
}

async function smaller(blob, quality, width, height) {
  const picture = await createImageBitmap(blob);
  const share = Math.min(1, (width ?? Infinity) / picture.width, (height ?? Infinity) / picture.height);
  const canvas = make("canvas", { width: Math.round(picture.width * share), height: Math.round(picture.height * share) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return blobOf(canvas, "image/jpeg", quality);
}

/** The telephone's own camera, over the whole screen. */
async function photograph(phone, side) {
  const stream = await phone.camera.open(side);
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  const video = make("video", { autoplay: true, playsinline: true, "aria-label": "相机" });
  video.muted = true;
  video.srcObject = stream;
  try {
    const blob = await overlay(phone, { label: "拍照", kind: "camera", soft: false }, (close) => {
      const shutter = make("button", { type: "button", class: "sheet-ok", disabled: true, click: async () => close(await still(video, 0.9)) }, "拍照");
      frameOf(video).then(() => (shutter.disabled = false));
      return [video, shutter, make("button", { type: "button", class: "sheet-cancel", click: () => close(null) }, "取消")];
    });
    if (blob === null) throw new Fault("cancel");
    return blob;
  } finally {
    stop();
  }
}

/** The telephone's album: files of this machine, before them what the demonstration put there. */
async function pick(phone, count, accept) {
  await phone.permit("scope.album");
  const drawn = await phone.demo.photos();
  const chosen = drawn.length ? await fromAlbum(phone, drawn) : "machine";
  if (chosen === null) throw new Fault("cancel");
  if (chosen !== "machine") return [chosen];
  return new Promise((resolve, reject) => {
    const input = make("input", { type: "file", accept, multiple: count > 1, hidden: true, "aria-label": "手机相册" });
    const end = () => input.remove();
    input.addEventListener("change", () => (end(), resolve([...input.files].slice(0, count))));
    input.addEventListener("cancel", () => (end(), reject(new Fault("cancel"))));
    phone.frame.overlays.append(input);
    input.click();
  });
}

function fromAlbum(phone, drawn) {
  return overlay(phone, { label: "手机相册", kind: "album" }, (close) => {
    const photos = drawn.map(({ name, blob }) => {
      const shown = make("img", { src: URL.createObjectURL(blob), alt: "" });
      return make("button", { type: "button", click: () => close(blob) }, shown, `演示照片：${name}`);
    });
    return [
      make("h2", {}, "手机相册"),
      make("div", { class: "sheet-items" }, ...photos, make("button", { type: "button", click: () => close("machine") }, "这台电脑里的照片")),
      make("button", { type: "button", class: "sheet-cancel", click: () => close(null) }, "取消"),
    ];
  });
}

/** A code from a picture where the browser reads codes, else what the person types. */
async function scan(phone) {
  const reads = "BarcodeDetector" in window;
  const ways = reads ? ["从手机相册选二维码", "输入二维码里的链接"] : ["输入二维码里的链接"];
  const at = ways.length > 1 ? await chooseOne(phone, "扫一扫", ways) : 0;
  if (at === null) throw new Fault("cancel");
  if (at === 0 && reads) {
    const [blob] = await pick(phone, 1, "image/*");
    const [code] = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(blob));
    if (!code) throw new Fault("no code found");
    return { result: code.rawValue, scanType: "QR_CODE", charSet: "UTF-8" };
  }
  const { ok, text } = await ask(phone, { title: "扫一扫", editable: true, placeholder: "二维码里的链接" });
  if (!ok || !text) throw new Fault("cancel");
  return { result: text, scanType: "QR_CODE", charSet: "UTF-8" };
}

/** Plays a file; what the speaking plug-in made is spoken by the browser's own voice. */
function sound(phone) {
  const heard = { play: [], ended: [], stop: [], error: [], pause: [] };
  const tell = (name, value) => heard[name].forEach((listener) => listener(value));
  const audio = new Audio();
  let words = null;
  const context = {
    src: "",
    autoplay: false,
    play() {
      const spoken = phone.speech?.words(context.src);
      words = null;
      if (spoken === undefined) {
        audio.src = phone.files.address(context.src);
        audio.play().then(() => tell("play"), (fault) => tell("error", { errMsg: fault.message }));
        return;
      }
      words = phone.speech.speak(spoken, { start: () => tell("play"), end: () => tell("ended"), error: (errMsg) => tell("error", { errMsg }) });
    },
    pause() {
      audio.pause();
      if (words) speechSynthesis.pause();
      tell("pause");
    },
    stop() {
      audio.pause();
      words?.cancel();
      tell("stop");
    },
    destroy() {
      audio.pause();
      words?.cancel();
    },
  };
  audio.addEventListener("ended", () => tell("ended"));
  for (const name of Object.keys(heard)) {
    const word = name[0].toUpperCase() + name.slice(1);
    context[`on${word}`] = (listener) => heard[name].push(listener);
    context[`off${word}`] = () => (heard[name].length = 0);
  }
  return context;
}
