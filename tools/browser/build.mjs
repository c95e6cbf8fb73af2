// Builds all that browsers load into build/browser: the desk's scripts and the mini-program.

import { cp, mkdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(root, "build", "browser");
const modules = join(out, "node_modules");

const DESK = {
  "htmx.js": "htmx.org/dist/htmx.min.js",
  "bpmn.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
  "diagram.css": "bpmn-js/dist/assets/diagram-js.css",
  "bpmn.css": "bpmn-js/dist/assets/bpmn-js.css",
};

async function desk() {
  const folder = join(out, "desk");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, from] of Object.entries(DESK)) {
    await cp(join(modules, from), join(folder, name));
  }
}

async function mini() {
  const script = join(root, "miniprogram_mock", "web", "build.mjs");
  if (!existsSync(script)) return;
  const { build } = await import(pathToFileURL(script).href);
  await build({
    modules,
    source: join(root, "miniprogram_mock", "miniprogram"),
    out: join(out, "mini"),
  });
}

await Promise.all([desk(), mini()]);
