// The phone around the mini-program: title and back above, tabs below, the pages between. On a wide screen
// it stands in a frame beside the host's own bar; on a phone it is the whole screen.

import { make } from "../components/builtin.js";
import { makeBar } from "./bar.js";
import { makeDemo } from "./demo.js";

export function makeFrame(phone) {
  const { app } = phone;
  const back = make("button", { type: "button", class: "nav-back", "aria-label": "返回", click: () => phone.wx.navigateBack({}) }, "‹");
  const home = make("button", { type: "button", class: "nav-back nav-home", "aria-label": "回首页", click: () => phone.pages.home() }, "⌂");
  const title = make("h1", { class: "nav-title", tabindex: "-1" });
  const menu = make("button", { type: "button", class: "nav-menu", "aria-label": "小程序菜单", click: () => phone.hostMenu() }, "⋯");
  const nav = make("header", { class: "nav" }, back, home, title, menu);
  const screen = make("main", { class: "screen" });
  const tabs = make("nav", { class: "tabs", "aria-label": "主要页面", hidden: true });
  const overlays = make("div", { class: "overlays" });
  const body = make("div", { class: "phone-body" }, nav, screen, tabs);
  const device = make("div", { class: "phone" }, body, overlays);
  phone.demo = makeDemo(phone);
  phone.bar = makeBar(phone);
  document.getElementById("host").append(device, phone.bar.element);
  nav.style.background = app.window?.navigationBarBackgroundColor ?? "#ffffff";
  nav.style.color = app.window?.navigationBarTextStyle === "black" ? "#000000" : "#ffffff";

  const buttons = new Map();
  for (const one of app.tabBar?.list ?? []) {
    const button = make("button", { type: "button", click: () => phone.wx.switchTab({ url: `/${one.pagePath}` }) }, one.text);
    buttons.set(one.pagePath, button);
    tabs.append(button);
  }

  let covers = 0;
  return {
    overlays,
    screen,
    /** Where a page is put; gone with it. */
    place(opened) {
      const place = (opened.place = make("div", { class: "page-place" }));
      let low = false;
      place.addEventListener("scroll", () => {
        phone.pages.call(opened, "onPageScroll", { scrollTop: place.scrollTop });
        const now = place.scrollHeight - place.clientHeight - place.scrollTop < 50;
        if (now && !low) phone.pages.call(opened, "onReachBottom");
        low = now;
      });
      screen.append(opened.place);
      return opened.place;
    },
    show(opened, { title: text, canGoBack, home: canGoHome, tab }) {
      if (opened.place.hidden) {
        opened.place.hidden = false;
        opened.place.scrollTop = opened.scrolled;
      }
      back.hidden = !canGoBack;
      home.hidden = !canGoHome;
      tabs.hidden = !tab;
      for (const [path, button] of buttons) {
        if (path === opened.path) button.setAttribute("aria-current", "page");
        else button.removeAttribute("aria-current");
      }
      this.setTitle(text);
      title.focus({ preventScroll: true });
    },
    hide(opened) {
      if (opened.place.hidden) return;
      opened.scrolled = opened.place.scrollTop;
      opened.place.hidden = true;
    },
    remove: (opened) => opened.place.remove(),
    setTitle(text) {
      title.textContent = text;
      document.title = text;
    },
    cover(more) {
      covers += more;
      body.inert = covers > 0;
    },
    badge(index, text) {
      const button = [...buttons.values()][index];
      if (!button) return;
      button.querySelector("b")?.remove();
      if (text) button.append(make("b", {}, text));
    },
  };
}
