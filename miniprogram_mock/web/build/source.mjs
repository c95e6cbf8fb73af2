// Reads a mini-program's folder: which pages and components it has, their scripts, views and styles.

import { readFile, readdir } from "node:fs/promises";
import { join, posix } from "node:path";

const CODE = /\.(js|json|wxml|wxss|wxs)$/;

/**
 * Paths are as WeChat writes them: from the root, without a leading slash and without the ending.
 * `scopes` gives the components whose styles are their own the prefix of their classes.
 */
export async function readSource(root) {
  const files = new Map();
  const assets = new Map();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath ?? entry.path, entry.name);
    const path = full.slice(root.length).replaceAll("\\", "/").replace(/^\/+/, "");
    if (CODE.test(path)) files.set(path, await readFile(full, "utf8"));
    else if (/\.(png|jpe?g|gif|svg|webp|mp3)$/.test(path)) assets.set(path, await readFile(full));
  }
  const app = JSON.parse(files.get("app.json"));
  const program = { app, files, assets, scripts: new Map(), configs: new Map(), scopes: new Map(), views: [] };
  for (const [path, text] of [...files].sort()) {
    if (path.endsWith(".js")) program.scripts.set(path.slice(0, -3), text);
  }
  const waiting = [...app.pages.map((page) => [page, false]), ...used(app, "app").map((one) => [one, true])];
  while (waiting.length) {
    const [path, component] = waiting.pop();
    if (program.configs.has(path)) continue;
    waiting.push(...addView(program, path, component).map((one) => [one, true]));
  }
  return program;
}

function addView(program, path, component) {
  if (!program.files.has(`${path}.wxml`)) throw new Error(`there is no ${path}.wxml`);
  const config = JSON.parse(program.files.get(`${path}.json`) ?? "{}");
  if (component && !config.component) throw new Error(`${path}.json must say "component": true`);
  const own = used(config, path);
  const all = { ...absolute(program.app, "app"), ...absolute(config, path) };
  program.configs.set(path, { ...config, usingComponents: all });
  program.views.push(path);
  if (config.component && config.styleIsolation !== "shared") {
    program.scopes.set(path, `c${program.scopes.size}`);
  }
  return own;
}

function used(config, from) {
  return Object.values(absolute(config, from)).map((path) => path.slice(1));
}

function absolute(config, from) {
  return Object.fromEntries(
    Object.entries(config.usingComponents ?? {}).map(([name, path]) => [
      name,
      path.startsWith("/") ? path : posix.join("/", posix.dirname(from), path),
    ]),
  );
}
