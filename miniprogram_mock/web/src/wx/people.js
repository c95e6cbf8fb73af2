// Who holds the phone: log-in codes, the phone's number, messages, the official face check, sharing.

import { ask, overlay } from "../host/sheets.js";
import { make } from "../components/builtin.js";
import { inTap } from "../runtime/events.js";
import { Fault } from "./promise.js";

const TEMPLATES_AT_ONCE = 3;

export function people(phone) {
  /** What WeChat's servers do for the telephone itself; the mock answers for them. */
  async function platform(path, body) {
    if (!phone.network.connected()) throw new Fault("network error");
    const url = await phone.platform;
    const answer = await fetch(`${url}${path}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ user: phone.user, ...body }), credentials: "omit",
    });
    if (!answer.ok) throw new Fault(`${answer.status}`);
    return answer.json();
  }

  let loggedIn = false;

  phone.openType = async (kind, self, element) => {
    if (kind === "getPhoneNumber") {
      const { ok } = await ask(phone, { title: "掌办 申请使用", content: "您的手机号", confirm: "允许", cancel: "拒绝" });
      if (!ok) return self.triggerEvent("getphonenumber", { errMsg: "getPhoneNumber:fail user deny" });
      try {
        const { code } = await platform("/mock/phone-code");
        return self.triggerEvent("getphonenumber", { code, errMsg: "getPhoneNumber:ok" });
      } catch (fault) {
        return self.triggerEvent("getphonenumber", { errMsg: `getPhoneNumber:fail ${fault.wx ?? fault.message}` });
      }
    }
    if (kind === "share") return share("button", element.__wxElement);
    if (kind === "openSetting") return self.triggerEvent("opensetting", await phone.wx.openSetting());
    if (kind === "contact") return phone.wx.showModal({ title: "客服", content: "这里会打开微信的客服对话。", showCancel: false });
    return undefined;
  };

  /** The card that goes to a friend: what the page says in onShareAppMessage, with a link to open or copy. */
  async function share(from, target) {
    const top = phone.pages.top();
    if (from === "menu" && typeof top.page.onShareAppMessage !== "function") return undefined;
    const given = phone.pages.call(top, "onShareAppMessage", { from, target: target && { id: target.id, dataset: target.dataset } }) ?? {};
    const card = { title: phone.app.window?.navigationBarTitleText ?? "", path: top.path, ...given, ...(await given.promise) };
    const path = card.path.replace(/^\//, "");
    const link = `${location.origin}/mini/#/${path}`;
    const receiver = encodeURIComponent(phone.user === "手机二" ? "手机三" : "手机二");
    return overlay(phone, { label: "发给朋友", kind: "share" }, (close) => [
      make("h2", {}, "发给朋友"),
      make(
        "div",
        { class: "share-card" },
        make("b", {}, card.title),
        card.imageUrl ? make("img", { src: phone.files.address(card.imageUrl), alt: "" }) : null,
        make("small", {}, "小程序 · 掌办"),
      ),
      make("p", {}, "在微信里，这张卡片会发给您选的人。这里请用下面的链接，代替对方点开卡片。"),
      make("input", { type: "text", readonly: true, "aria-label": "卡片的链接", value: link }),
      make("a", { href: `/mini/?user=${receiver}#/${path}`, target: "_blank", rel: "noopener", class: "share-open" }, "在另一部手机上打开"),
      make("button", { type: "button", class: "sheet-ok", click: () => copy(link) }, "复制链接"),
      make("button", { type: "button", class: "sheet-cancel", click: () => close(null) }, "关闭"),
    ]);
  }

  const copy = (data) => phone.wx.setClipboardData({ data });

  return {
    asynchronous: {
      async login() {
        const { code } = await platform("/mock/login");
        loggedIn = true;
        return { code };
      },
      checkSession() {
        if (!loggedIn) throw new Fault("Login status is invalid, please login again.");
      },
      async requestSubscribeMessage({ tmplIds }) {
        if (!inTap()) throw new Fault("can only be invoked by user TAP gesture.");
        if (!tmplIds?.length) throw new Fault("TmplIds can't be empty", { errCode: 10001 });
        if (tmplIds.length > TEMPLATES_AT_ONCE) throw new Fault("Templates count out of max bounds", { errCode: 20003 });
        if (!phone.network.connected()) throw new Fault("Request list fail", { errCode: 10002 });
        const { ok } = await ask(phone, { title: "掌办 想给您发消息", content: "事情有了结果，会在微信里告诉您。", confirm: "允许", cancel: "取消" });
        if (ok) return platform("/mock/subscriptions", { template_ids: tmplIds });
        return Object.fromEntries(tmplIds.map((id) => [id, "reject"]));
      },
      async requestFacialVerify({ verifyId }) {
        const { ok } = await ask(phone, { title: "人脸识别", content: "微信会打开自己的人脸识别。这里由您来定：通过，还是没有通过？", confirm: "通过", cancel: "取消" });
        const { errcode } = await platform("/mock/facial-verify", { verify_id: verifyId, passed: ok });
        if (errcode) throw new Fault(ok ? "verify failed" : "user cancel", { errCode: errcode });
        return { errCode: 0, verifyResult: verifyId };
      },
      shareAppMessage: () => share("menu"),
      setClipboardData: async ({ data }) => {
        await navigator.clipboard?.writeText(data).catch(() => undefined);
        phone.clipboard = data;
        phone.wx.showToast({ title: "内容已复制", icon: "none" });
      },
      getClipboardData: async () => ({ data: phone.clipboard ?? "" }),
      updateShareMenu: () => undefined,
      showShareMenu: () => undefined,
      hideShareMenu: () => undefined,
    },
  };
}
