// The mini-program's scripts as CommonJS modules, each run once, when it is first required.

/** Gives `require` for the app and `define(path)`, which runs the script of a page or component. */
export function makeModules(phone, scripts) {
  const loaded = new Map();
  const registered = new Set();

  function load(path, definers) {
    const known = loaded.get(path);
    if (known) return known.exports;
    if (!Object.hasOwn(scripts, path)) throw new Error(`module '${path}.js' is not defined`);
    const module = { exports: {} };
    loaded.set(path, module);
    const require = (name) => load(resolve(path, name), definers);
    const { Page, Component, Behavior } = definers;
    scripts[path](
      require, module, module.exports, phone.wx, phone.pages.App, Page, Component, Behavior,
      phone.pages.getApp, phone.pages.getCurrentPages, phone.wx.requirePlugin,
    );
    return module.exports;
  }

  /** Run the script of a page or component, after those of the components that it uses. */
  function define(path) {
    if (registered.has(path)) return;
    registered.add(path);
    const uses = phone.space.configs[path]?.usingComponents ?? {};
    for (const used of Object.values(uses)) define(used.slice(1));
    phone.space.code.componentEnv(path, (definers) => load(path, definers));
  }

  return {
    define,
    start: () => phone.space.code.componentEnv("app", (definers) => load("app", definers)),
  };
}

function resolve(from, name) {
  const parts = name.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of name.replace(/\.js$/, "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
