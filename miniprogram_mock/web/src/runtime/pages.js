// The app and its pages: a stack of at most ten, tab pages beside it, life cycles in WeChat's order.

const MOST = 10;

export function makePages(phone) {
  const { app, frame } = phone;
  const tabs = new Map(); // the tab pages that were opened, by path
  let stack = []; // from the bottom; the lowest may be a tab page
  let instance = null; // what App() was given
  let launch = { path: "", query: {}, scene: 1001 };
  const appEvents = new EventTarget();

  function App(options) {
    instance = options;
  }

  const top = () => stack.at(-1);
  const first = app.entryPagePath ?? app.pages[0];
  const isTab = (path) => (app.tabBar?.list ?? []).some((one) => one.pagePath === path);

  /** Make a page, put it on the screen and run `onLoad`, `onShow`, `onReady`. */
  function open(path, query, channel = makeChannel()) {
    phone.modules.define(path);
    const root = phone.space.createRoot(path);
    const page = root.get();
    Object.assign(page, { route: path, options: query, getOpenerEventChannel: () => channel });
    const opened = { path, query, root, page, title: undefined };
    const place = frame.place(opened);
    const spot = document.createElement("i");
    place.append(spot);
    root.attach(place, spot);
    root.getComponent().$$.setAttribute("is", path);
    stack.push(opened);
    if (isTab(path)) tabs.set(path, opened);
    call(opened, "onLoad", query);
    show(opened);
    setTimeout(() => opened.gone || call(opened, "onReady"), 0);
  }

  function call(opened, name, ...values) {
    const method = opened.page[name];
    if (typeof method !== "function") return undefined;
    try {
      return method.apply(opened.page, values);
    } catch (fault) {
      console.error(fault);
      return undefined;
    }
  }

  function show(opened) {
    const tab = isTab(opened.path);
    const low = stack.length === 1;
    frame.show(opened, { title: title(opened), canGoBack: !low, home: low && !tab && opened.path !== first, tab });
    keepBackKey(stack.length);
    opened.root.getComponent().triggerPageLifetime("show", []);
    call(opened, "onShow");
  }

  function hide(opened) {
    frame.hide(opened);
    opened.root.getComponent().triggerPageLifetime("hide", []);
    call(opened, "onHide");
  }

  function unload(opened) {
    opened.gone = true;
    frame.hide(opened);
    call(opened, "onUnload");
    opened.root.release();
    frame.remove(opened);
    tabs.delete(opened.path);
  }

  function title(opened) {
    const own = phone.space.configs[opened.path]?.navigationBarTitleText;
    return opened.title ?? own ?? app.window?.navigationBarTitleText ?? "";
  }

  const navigation = {
    navigateTo({ path, query }, events) {
      if (isTab(path)) throw new Error("can not navigateTo a tabbar page");
      if (stack.length >= MOST) throw new Error(`webview count limit exceed`);
      hide(top());
      const channel = makeChannel();
      for (const [name, listener] of Object.entries(events ?? {})) channel.on(name, listener);
      open(path, query, channel);
      return channel;
    },
    redirectTo({ path, query }) {
      if (isTab(path)) throw new Error("can not redirectTo a tabbar page");
      unload(stack.pop());
      open(path, query);
    },
    reLaunch({ path, query }) {
      for (const one of stack.splice(0).reverse()) unload(one);
      for (const one of [...tabs.values()]) unload(one);
      open(path, query);
    },
    switchTab({ path }) {
      if (!isTab(path)) throw new Error("can not switch to no-tabBar page");
      const before = top();
      if (before?.path === path) return;
      for (const one of stack.splice(0).reverse()) {
        if (!isTab(one.path)) unload(one);
        else if (one === before) hide(one);
      }
      const known = tabs.get(path);
      if (!known) return open(path, {});
      stack.push(known);
      show(known);
    },
    navigateBack(delta) {
      const steps = Math.min(delta, stack.length - 1);
      if (steps < 1) throw new Error("cannot navigate back at first page.");
      for (let left = steps; left > 0; left -= 1) unload(stack.pop());
      show(top());
    },
  };

  /** An absolute or relative address of a page, with its values as they are written. */
  function target(url) {
    const [at, rest = ""] = split(String(url), "?");
    const from = top()?.path.split("/").slice(0, -1) ?? [];
    const parts = at.startsWith("/") ? [] : from;
    for (const part of at.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "." && part !== "") parts.push(part);
    }
    const path = parts.join("/");
    if (!app.pages.includes(path)) throw new Error(`page "${path}" is not found`);
    return { path, query: parse(rest) };
  }

  return {
    App,
    getApp: () => instance,
    getCurrentPages: () => stack.map((one) => one.page),
    top,
    refresh: () => call(top(), "onShow"),
    depth: () => stack.length,
    go: (kind, url, events) => navigation[kind](target(url), events),
    home: () => navigation[isTab(first) ? "switchTab" : "reLaunch"]({ path: first, query: {} }),
    back: (delta) => navigation.navigateBack(delta),
    call,
    appEvents,
    launchOptions: () => launch,
    setTitle(text) {
      top().title = text;
      frame.setTitle(text);
    },
    launch(options) {
      launch = options;
      phone.modules.start();
      instance ??= {};
      appCall("onLaunch", options);
      appShow(options);
      open(options.path, options.query);
      addEventListener("popstate", () => {
        if (stack.length > 1 && !location.hash) navigation.navigateBack(1);
      });
      addEventListener("hashchange", () => location.hash && location.reload()); // another page's address was opened here
      addEventListener("resize", () => {
        const size = phone.wx.getWindowInfo();
        call(top(), "onResize", { size });
        top().root.getComponent().triggerPageLifetime("resize", [{ size }]);
      });
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") {
          appShow(options);
          if (top()) show(top());
        } else {
          if (top()) hideForApp();
          appCall("onHide");
          appEvents.dispatchEvent(new Event("hide"));
        }
      });
    },
  };

  function hideForApp() {
    top().root.getComponent().triggerPageLifetime("hide", []);
    call(top(), "onHide");
  }

  function appShow(options) {
    appCall("onShow", options);
    appEvents.dispatchEvent(new Event("show"));
  }

  function appCall(name, ...values) {
    try {
      instance[name]?.(...values);
    } catch (fault) {
      console.error(fault);
    }
  }
}

/** The telephone's back key is the browser's: one entry more than the first while there is a page to go back to. */
function keepBackKey(depth) {
  if (depth > 1 && !history.state?.inner) history.pushState({ ...history.state, inner: true }, "");
}

/** What two pages say to each other (EventChannel). */
function makeChannel() {
  const listeners = new Map();
  const of = (name) => listeners.get(name) ?? [];
  const channel = {
    on: (name, listener) => void listeners.set(name, [...of(name), listener]),
    off: (name, listener) => void listeners.set(name, of(name).filter((one) => listener && one !== listener)),
    once(name, listener) {
      const run = (...values) => (channel.off(name, run), listener(...values));
      channel.on(name, run);
    },
    emit: (name, ...values) => of(name).forEach((listener) => listener(...values)),
  };
  return channel;
}

export function parse(text) {
  const query = {};
  for (const pair of text.split("&")) {
    if (!pair) continue;
    const [name, value = ""] = split(pair, "=");
    query[name] = value;
  }
  return query;
}

export function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
