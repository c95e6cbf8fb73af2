// WXSS to CSS: rpx and the page's own height and width become shares of the phone's screen, built-in tags
// the document's tags; a component's classes get its prefix, a page's rules hold on that page alone.

import { posix } from "node:path";

import { domTag } from "./tags.mjs";

/** All styles in WeChat's order: the host's, app.wxss, components, pages. */
export function compileStyles(program, host) {
  const parts = [host];
  const add = (path, where) => {
    const name = `${path}.wxss`;
    if (program.files.has(name)) parts.push(rules(inlined(program, name, []), where));
  };
  add("app", { page: "wx-page" });
  const views = program.views.map((path) => [path, program.configs.get(path).component === true]);
  for (const [path, component] of views) {
    if (component) add(path, { scope: program.scopes.get(path) });
  }
  for (const [path, component] of views) {
    if (!component) add(path, { page: `wx-page[is="${path}"]`, within: `:where(wx-page[is="${path}"]) ` });
  }
  return parts.join("\n");
}

function inlined(program, name, above) {
  if (above.includes(name)) throw new Error(`${name} imports itself`);
  const text = program.files.get(name);
  if (text === undefined) throw new Error(`${above.at(-1)} imports ${name}, which is not there`);
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/@import\s+["']([^"']+)["']\s*;/g, (_, path) =>
      inlined(program, posix.join("/", posix.dirname(name), path).slice(1), [...above, name]),
    );
}

/** The blocks of a stylesheet, one after the other; blocks of @media and @supports are gone into. */
function rules(text, where) {
  let out = "";
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf("{", at);
    if (open < 0) break;
    const close = endOf(text, open);
    const head = text.slice(at, open).trim();
    const body = text.slice(open + 1, close);
    if (/^@(media|supports|layer)/.test(head)) out += `${head}{${rules(body, where)}}\n`;
    else if (head.startsWith("@")) out += `${head}{${units(body)}}\n`;
    else out += `${selectors(head, where)}{${units(body)}}\n`;
    at = close + 1;
  }
  return out;
}

function endOf(text, open) {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}" && --depth === 0) return at;
  }
  throw new Error(`a { is never closed: ${text.slice(open - 40, open + 40)}`);
}

function selectors(head, where) {
  return splitAtCommas(head)
    .map((one) => {
      const parts = one.trim().split(/(\[[^\]]*\]|"[^"]*")/);
      const named = parts.map((part, index) => (index % 2 ? part : tagsAndClasses(part, where))).join("");
      return one.trim() === "page" ? where.page : (where.within ?? "") + named;
    })
    .join(",");
}

function splitAtCommas(head) {
  return head.split(/,(?![^(]*\))/);
}

function tagsAndClasses(part, where) {
  return part
    .replace(/(^|[\s>+~(,])([a-zA-Z][\w-]*)(?![\w(-])/g, (_, before, tag) =>
      before + (tag === "page" ? (where.page ?? "wx-page") : domTag(tag)),
    )
    .replace(/\.([a-zA-Z_][\w-]*)/g, (_, name) => (where.scope ? `.${where.scope}--${name}` : `.${name}`))
    .replace(/#([a-zA-Z_][\w-]*)/g, '[id$="--$1"]');
}

function units(body) {
  return body
    .replace(/(-?[\d.]+)rpx\b/g, (_, n) => `${round(Number(n) / 7.5)}cqw`)
    .replace(/(-?[\d.]+)vh\b/g, "$1cqh")
    .replace(/(-?[\d.]+)vw\b/g, "$1cqw");
}

function round(value) {
  return Number(value.toFixed(5));
}
