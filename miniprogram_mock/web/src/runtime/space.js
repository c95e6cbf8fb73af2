// glass-easel with WeChat's built-ins: views, scripts and settings of all pages and components.

import * as ge from "glass-easel";
import { MiniProgramEnv } from "glass-easel-miniprogram-adapter";

import { registerBuiltins } from "../components/index.js";
import { Backend } from "./events.js";

ge.globalOptions.writeIdToDOM = true;

export function makeSpace({ configs, scopes, templates, phone }) {
  const env = new MiniProgramEnv();
  const backend = env.associateBackend(new Backend());
  const code = env.createCodeSpace("", true);
  registerBuiltins(code.getComponentSpace(), phone);
  code.setOverallBehavior(everywhere(code.getComponentSpace(), phone));
  for (const [path, content] of Object.entries(templates)) {
    code.addCompiledTemplate(path, {
      groupList: templates,
      content: (name) => forBrowser(content(name)),
      fallbackListenerOnNativeNode: true,
    });
  }
  for (const [path, config] of Object.entries(configs)) code.addComponentStaticConfig(path, config);
  for (const [path, scope] of Object.entries(scopes)) code.addStyleSheet(path, undefined, scope);
  ge.addGlobalErrorListener((error) => {
    console.error(error);
    return false;
  });
  return { code, configs, createRoot: (path) => backend.createRoot("wx-page", code, path) };
}

/** What each page and component has of the host: `ready` after the first rendering, and queries. */
function everywhere(space, phone) {
  return space.defineBehavior({
    methods: {
      createSelectorQuery() {
        return phone.query(this);
      },
    },
    lifetimes: {
      attached() {
        const component = this._$ ?? this;
        setTimeout(() => component.triggerLifetime("ready", []), 0);
      },
    },
  });
}

const DOCUMENT_ATTRIBUTE = /^(role|tabindex|lang|hidden)$|^aria-/;

/** A component's own word under such a name is the component's. */
function isOwn(element, name) {
  return ge.Component.isComponent(element) && ge.Component.hasProperty(element, name);
}

/** What a screen reader and a test look for reaches the document: role, aria-*, data-*; rpx in styles. */
function forBrowser(generate) {
  return (wrapper, ...rest) => {
    if (!wrapper.ofHost) adapt(wrapper);
    return generate(wrapper, ...rest);
  };
}

function adapt(wrapper) {
  wrapper.ofHost = true;
  const { r, d } = wrapper;
  wrapper.r = (element, name, value, ...rest) => {
    if (!DOCUMENT_ATTRIBUTE.test(name) || isOwn(element, name)) r(element, name, value, ...rest);
    else if (name === "hidden") element.$$?.toggleAttribute("hidden", Boolean(value));
    else if (value === undefined || value === null || value === "") element.removeAttribute(name);
    else element.setAttribute(name, String(value));
  };
  wrapper.d = (element, name, value) => {
    d(element, name, value);
    const simple = ["string", "number", "boolean"].includes(typeof value);
    if (simple && element.$$) element.$$.dataset[name] = String(value);
  };
  // Not as an attribute: the page's policy allows no style that stands in the document.
  wrapper.y = (element, style) => {
    if (element.$$) element.$$.style.cssText = String(style ?? "").replace(/(-?[\d.]+)rpx\b/g, (_, n) => `${n / 7.5}cqw`);
  };
}
