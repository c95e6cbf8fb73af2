// Storage, per mini-program and person: 1 MB a key, 10 MB in all, and "" for what is not there.

import { Fault } from "./promise.js";

const KEY_MOST = 1024 * 1024;
const MOST = 10 * 1024 * 1024;

export function storage(phone) {
  const prefix = `mini.${phone.user}.`;
  const size = (text) => new TextEncoder().encode(text).length;
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  let used = keys().reduce((sum, key) => sum + size(localStorage.getItem(key)), 0);

  function set(key, data) {
    if (typeof key !== "string" || key === "") throw new Fault("parameter error: parameter.key should be String and not empty");
    const text = JSON.stringify({ data });
    const more = size(text);
    const before = localStorage.getItem(prefix + key);
    const total = used + more - (before === null ? 0 : size(before));
    if (more > KEY_MOST) throw new Fault("entry size limit reached");
    if (total > MOST) throw new Fault("exceed storage max size 10Mb");
    try {
      localStorage.setItem(prefix + key, text);
    } catch {
      throw new Fault("exceed storage max size 10Mb");
    }
    used = total;
  }

  function get(key) {
    const text = localStorage.getItem(prefix + key);
    return text === null ? undefined : JSON.parse(text).data;
  }

  function remove(key) {
    const text = localStorage.getItem(prefix + key);
    if (text !== null) used -= size(text);
    localStorage.removeItem(prefix + key);
  }

  function clear() {
    for (const key of keys()) localStorage.removeItem(key);
    used = 0;
  }

  const info = () => ({
    keys: keys().map((key) => key.slice(prefix.length)),
    currentSize: Math.ceil(used / 1024),
    limitSize: MOST / 1024,
  });

  /** The synchronous forms throw an Error of WeChat's words. */
  const sync = (name, run) => (...values) => {
    try {
      return run(...values);
    } catch (fault) {
      throw new Error(`${name}:fail ${fault.wx ?? fault.message}`);
    }
  };

  return {
    asynchronous: {
      setStorage: ({ key, data }) => set(key, data),
      getStorage({ key }) {
        const data = get(key);
        if (data === undefined) throw new Fault("data not found");
        return { data };
      },
      removeStorage: ({ key }) => remove(key),
      clearStorage: () => clear(),
      getStorageInfo: () => info(),
    },
    plain: {
      setStorageSync: sync("setStorageSync", set),
      getStorageSync: (key) => get(key) ?? "",
      removeStorageSync: remove,
      clearStorageSync: clear,
      getStorageInfoSync: info,
    },
  };
}
