// What a case still lacks, by the part of the form where it is filled, and the page of each.

/** @type {Record<string, {name: string, url: string}>} */
const SECTIONS = {
  household: { name: "家里人", url: "/pages/people/index" },
  money: { name: "收入和存款", url: "/pages/people/index" },
  photos: { name: "照片", url: "/pages/photos/index" },
  promise: { name: "承诺", url: "/pages/promise/index" },
  relatives: { name: "有没有亲戚在镇里办事", url: "/pages/promise/index" },
};

/** What is missing, by the part of the form where it is filled. @param {any} found */
function gapsOf({ sections, missing }) {
  return sections
    .filter((/** @type {any} */ one) => one.missing)
    .map((/** @type {any} */ one) => ({
      code: one.code,
      name: SECTIONS[one.code].name,
      items: missing.filter((/** @type {any} */ gap) => gap.section === one.code).map((/** @type {any} */ gap) => ({ ...gap, url: urlOf(gap) })),
    }));
}

/** The page where a gap is closed. @param {any} gap */
function urlOf({ section, path }) {
  return path.startsWith("/cashAssets") ? "/pages/assets/index" : SECTIONS[section].url;
}

module.exports = { gapsOf };
