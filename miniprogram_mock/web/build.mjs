// Builds the host and the mini-program's own source into one script and one stylesheet: the same WXML,
// WXSS and JS that WeChat takes, compiled ahead, so that the page needs no eval and no inline script.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { readSource } from "./build/source.mjs";
import { compileTemplates } from "./build/wxml.mjs";
import { compileStyles } from "./build/wxss.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * @param {{modules: string, source: string, out: string}} where `modules` is a node_modules folder with
 *   esbuild and glass-easel, `source` the mini-program's root (with app.json), `out` is made anew.
 */
export async function build({ modules, source, out }) {
  const load = createRequire(join(modules, "here.js"));
  const esbuild = load("esbuild");
  const program = await readSource(source);
  const templates = compileTemplates(load("glass-easel-template-compiler"), program);
  const css = compileStyles(program, await readFile(join(here, "src/style/host.css"), "utf8"));

  const script = await esbuild.build({
    entryPoints: [join(here, "src/main.js")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    nodePaths: [modules],
    alias: { "glass-easel": join(modules, "glass-easel/dist/glass_easel.all.es.js") },
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [virtual("mini-program", programModule(program, templates))],
    logLevel: "warning",
  });
  const style = await esbuild.transform(css, { loader: "css", minify: true, charset: "utf8" });

  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, "assets"), { recursive: true });
  const main = await put(out, "main", "js", script.outputFiles[0].text);
  const sheet = await put(out, "style", "css", style.code);
  for (const [path, content] of program.assets) {
    await mkdir(dirname(join(out, "assets", path)), { recursive: true });
    await writeFile(join(out, "assets", path), content);
  }
  const page = (await readFile(join(here, "src/index.html"), "utf8"))
    .replace("main.js", main)
    .replace("style.css", sheet);
  await write(out, "index.html", page);
}

/** The program as a module: each script a function of WeChat's globals, run when it is first required. */
function programModule(program, templates) {
  const scripts = [...program.scripts].map(
    ([path, code]) =>
      `${JSON.stringify(path)}: function (require, module, exports, wx, App, Page, Component, Behavior, getApp, getCurrentPages, requirePlugin) {\n${code}\n}`,
  );
  return [
    `export const app = ${JSON.stringify(program.app)};`,
    `export const configs = ${JSON.stringify(Object.fromEntries(program.configs))};`,
    `export const scopes = ${JSON.stringify(Object.fromEntries(program.scopes))};`,
    `export const templates = ${templates};`,
    `export const scripts = {${scripts.join(",\n")}};`,
  ].join("\n");
}

function virtual(name, contents) {
  return {
    name,
    setup(one) {
      one.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
      one.onLoad({ filter: /.*/, namespace: name }, () => ({ contents, loader: "js" }));
    },
  };
}

async function put(out, name, ending, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const file = `${name}-${hash}.${ending}`;
  await write(out, file, text);
  return file;
}

async function write(out, file, text) {
  await writeFile(join(out, file), text);
  await writeFile(join(out, `${file}.gz`), gzipSync(text, { level: 9 }));
}
