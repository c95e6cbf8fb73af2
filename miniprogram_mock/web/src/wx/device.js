// The telephone: its size, text size, permissions, voice; and small things that a browser has not.

import { make } from "../components/builtin.js";
import { ask, chooseOne, overlay } from "../host/sheets.js";
import { restart } from "../host/user.js";
import { both, Fault } from "./promise.js";

const SCOPES = { "scope.camera": "摄像头", "scope.album": "相册", "scope.record": "麦克风", "scope.userLocation": "位置信息" };

export function device(phone) {
  const key = (name) => `host.${phone.user}.${name}`;
  const settings = () => JSON.parse(localStorage.getItem(key("settings")) ?? "{}");
  const remember = (scope, on) => localStorage.setItem(key("settings"), JSON.stringify({ ...settings(), [scope]: on }));
  phone.setTextSize = (size) => {
    localStorage.setItem("host.textSize", String(size));
    phone.textSize = size;
    if (phone.pages.top()) phone.pages.refresh();
  };

  /** Ask the person once, as WeChat does; what was refused stays refused until 设置 is changed. */
  phone.permit = async (scope) => {
    const known = settings()[scope];
    if (known === true) return;
    if (known === false) throw new Fault("auth deny", { errno: 103 });
    const { ok } = await ask(phone, { title: "掌办 申请使用", content: `您的${SCOPES[scope]}`, confirm: "允许", cancel: "拒绝" });
    remember(scope, ok);
    if (!ok) throw new Fault("auth deny", { errno: 103 });
  };

  phone.functions = (functions, prefix = "") =>
    Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, both(prefix + name, run)]));
  phone.fileManager = (functions) => phone.functions(functions);

  phone.hostMenu = async () => {
    const items = ["转发给朋友", "设置：摄像头和相册", "重新打开小程序", phone.demo.title];
    const tapIndex = await chooseOne(phone, "掌办", items);
    if (tapIndex === 0) await phone.wx.shareAppMessage();
    if (tapIndex === 1) await phone.wx.openSetting();
    if (tapIndex === 2) restart();
    if (tapIndex === 3) await phone.demo.open();
  };

  async function openSetting() {
    await overlay(phone, { label: "设置", kind: "list" }, (close) => [
      make("h2", {}, "设置"),
      ...["scope.camera", "scope.album"].map((scope) => {
        const box = make("input", { type: "checkbox", id: scope, checked: settings()[scope] === true, change: () => remember(scope, box.checked) });
        return make("p", {}, box, make("label", { for: scope }, `可以使用${SCOPES[scope]}`));
      }),
      make("button", { type: "button", class: "sheet-ok", click: () => close(true) }, "好了"),
    ]);
    return { authSetting: settings() };
  }

  const window_ = () => {
    const { clientWidth: width, clientHeight: height } = phone.frame.screen;
    return { pixelRatio: devicePixelRatio, windowWidth: width, windowHeight: height, screenWidth: width, screenHeight: height + 52, statusBarHeight: 0, safeArea: { left: 0, top: 0, right: width, bottom: height, width, height } };
  };
  const base = () => ({ SDKVersion: "3.8.0", version: "8.0.50", language: "zh_CN", enableDebug: false, theme: "light", fontSizeSetting: 16 * phone.textSize, fontSizeScaleFactor: phone.textSize, host: { appId: "", env: "WeChat" } });
  const machine = () => ({ brand: "browser", model: "browser", system: "Browser", platform: "devtools", abi: "" });
  const speech = makeSpeech(phone);
  return {
    asynchronous: {
      openSetting,
      getSetting: () => ({ authSetting: settings() }),
      authorize: ({ scope }) => phone.permit(scope),
      makePhoneCall: async ({ phoneNumber }) => {
        await phone.wx.showModal({ title: "打电话", content: `这里会拨打 ${phoneNumber}`, showCancel: false, confirmText: "知道了" });
      },
      vibrateShort: () => void navigator.vibrate?.(15),
      vibrateLong: () => void navigator.vibrate?.(400),
      getSystemInfo: () => ({ ...window_(), ...base(), ...machine() }),
      openDocument: ({ filePath, fileType }) => openDocument(phone, filePath, fileType),
      showNavigationBarLoading: () => undefined,
      hideNavigationBarLoading: () => undefined,
      hideHomeButton: () => undefined,
      setKeepScreenOn: () => undefined,
      hideKeyboard: () => document.activeElement?.blur(),
      stopPullDownRefresh: () => undefined,
      loadFontFace: () => undefined,
      reportEvent: () => undefined,
    },
    plain: {
      getSystemInfoSync: () => ({ ...window_(), ...base(), ...machine() }),
      getAppBaseInfo: base,
      getWindowInfo: window_,
      getDeviceInfo: machine,
      getSystemSetting: () => ({ bluetoothEnabled: false, locationEnabled: false, wifiEnabled: true, deviceOrientation: "portrait" }),
      getAppAuthorizeSetting: () => ({ cameraAuthorized: "authorized", albumAuthorized: "authorized" }),
      getAccountInfoSync: () => ({ miniProgram: { appId: "wx-demo", envVersion: "develop", version: "" } }),
      getLaunchOptionsSync: () => phone.pages.launchOptions(),
      getEnterOptionsSync: () => phone.pages.launchOptions(),
      onAppShow: (listener) => phone.pages.appEvents.addEventListener("show", () => listener(phone.pages.launchOptions())),
      onAppHide: (listener) => phone.pages.appEvents.addEventListener("hide", () => listener()),
      offAppShow: () => undefined,
      offAppHide: () => undefined,
      onError: () => undefined,
      nextTick: (run) => setTimeout(run, 0),
      canIUse: (name) => name.split(".")[0] in phone.wx,
      getUpdateManager: () => ({ onCheckForUpdate() {}, onUpdateReady() {}, onUpdateFailed() {}, applyUpdate() {} }),
      requirePlugin: (name) => {
        if (name !== "WechatSI" || !("speechSynthesis" in window)) throw new Error(`there is no plug-in ${name}`);
        return speech;
      },
    },
  };
}

const READ = ["doc", "docx", "xls", "xlsx", "ppt", "pptx", "pdf"];

/** The browser's own reader in a window of its own, for the kinds of files that WeChat reads. */
function openDocument(phone, filePath, fileType = filePath.split(".").pop()) {
  if (!phone.files.find(filePath)) throw new Fault("file doesn't exist");
  if (!READ.includes(fileType)) throw new Fault("filetype not supported");
  open(phone.files.address(filePath), "_blank");
}

/**
 * WeChat itself has no voice; its plug-in WechatSI (微信同声传译) makes a sound file of a text on a server.
 * Here the file's address only stands for the text, which the browser's own voice speaks when it is played.
 */
function makeSpeech(phone) {
  const texts = new Map();
  phone.speech = {
    words: (address) => texts.get(address),
    speak(text, { start, end, error }) {
      const said = new SpeechSynthesisUtterance(text);
      said.lang = "zh-CN";
      said.rate = 0.9;
      said.onstart = start;
      said.onend = end;
      said.onerror = (event) => error(event.error);
      speechSynthesis.cancel();
      speechSynthesis.speak(said);
      return { cancel: () => speechSynthesis.cancel() };
    },
  };
  return {
    textToSpeech({ content, success, fail }) {
      if (!content) return fail?.({ retcode: -40001, msg: "content is empty" });
      const filename = `http://tmp/spoken-${texts.size}.mp3`;
      texts.set(filename, content);
      return success?.({ retcode: 0, origin: content, filename, expired_time: 0 });
    },
  };
}
