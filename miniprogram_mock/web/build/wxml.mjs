// WXML to glass-easel's template functions.

import { domTag } from "./tags.mjs";

const COMMENT_OR_TAG = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/g;

/** One expression that makes `{path: template}` of all views. */
export function compileTemplates({ TmplGroup }, program) {
  const group = new TmplGroup();
  for (const [path, text] of program.files) {
    if (!path.endsWith(".wxml")) continue;
    const faults = group.addTmpl(path.slice(0, -5), retag(text, path));
    if (faults.length) throw new Error(`${path}: ${faults.map((one) => `${one.message} (${one.startLine + 1})`)}`);
  }
  const made = group.getTmplGenObjectGroups();
  group.free();
  return made;
}

function retag(text, path) {
  return text.replace(COMMENT_OR_TAG, (all, slash, tag, rest) => {
    if (tag === undefined) return "";
    try {
      return `<${slash}${domTag(tag)}${rest}>`;
    } catch (fault) {
      throw new Error(`${path}: ${fault.message}`);
    }
  });
}
