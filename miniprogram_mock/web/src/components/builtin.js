// How a built-in is made: a glass-easel component whose element in the document a few lines of code care for.

const TYPES = { string: String, number: Number, boolean: Boolean };

/**
 * @param space glass-easel's component space
 * @param {string} tag as in build/tags.mjs
 * @param {Record<string, any>} properties each with its default; `undefined` takes anything
 * @param {(self: any, element: any) => {update?: (data: any) => void, attached?: () => void, detached?: () => void}} make
 */
export function builtin(space, tag, properties, make) {
  const parts = new WeakMap();
  const definition = space.defineComponent({
    is: `wx/${tag}`,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, { type: TYPES[typeof value] ?? null, value }]),
    ),
    observers: {
      "**"() {
        parts.get(this)?.update?.(this.data);
      },
    },
    lifetimes: {
      created() {
        if (!this.$$) return; // told to a page that is gone: WeChat drops it
        const part = make(this, this.$$);
        parts.set(this, part);
        part.update?.(this.data);
      },
      attached() {
        parts.get(this)?.attached?.();
      },
      detached() {
        parts.get(this)?.detached?.();
      },
    },
  });
  space.setGlobalUsingComponent(tag, definition);
}

/** An element with attributes (those that are false or null are left out) and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Set or take away an attribute. */
export function mark(element, name, value) {
  if (value === false || value === null || value === undefined || value === "") element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}
