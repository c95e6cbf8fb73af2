// Files of the phone: temporary ones for this run, saved ones for good, each known by WeChat's own address.

import { Fault } from "./promise.js";

const SAVED = "wxfile://usr/";
const TEMPORARY = "http://tmp/";
const SAVED_MOST = 200 * 1024 * 1024;

/** Open the saved files of a person: an IndexedDB of their own. */
export async function openFiles(user) {
  const database = await opened(`mini.files.${user}`);
  const saved = new Map(await all(database));
  const temporary = new Map();
  const addresses = new Map();
  let count = 0;

  const find = (path) => temporary.get(path) ?? saved.get(path) ?? null;

  return {
    temporary(blob) {
      const ending = { "image/png": "png", "image/webp": "webp", "application/pdf": "pdf" }[blob.type] ?? "jpg";
      const path = `${TEMPORARY}${Date.now().toString(36)}${(count += 1)}.${ending}`;
      temporary.set(path, blob);
      return path;
    },
    async write(path, blob) {
      const full = path.startsWith(SAVED) ? path : SAVED + path;
      const used = [...saved.values()].reduce((sum, one) => sum + one.size, 0);
      if (used + blob.size > SAVED_MOST) throw new Fault("the maximum size of the file storage limit is exceeded");
      await change(database, (store) => store.put(blob, full));
      saved.set(full, blob);
      return full;
    },
    async remove(path) {
      if (!saved.has(path)) throw new Fault(`no such file or directory "${path}"`);
      await change(database, (store) => store.delete(path));
      saved.delete(path);
    },
    list: () => [...saved].map(([filePath, blob]) => ({ filePath, size: blob.size, createTime: 0 })),
    find,
    async blob(path) {
      if (/^(blob|data):/.test(path)) return (await fetch(path)).blob();
      return find(path);
    },
    /** An address that the browser can show. */
    address(path) {
      const blob = find(path);
      if (blob) {
        if (!addresses.has(path)) addresses.set(path, URL.createObjectURL(blob));
        return addresses.get(path);
      }
      if (/^(blob:|data:|https?:)/.test(path) || path.startsWith("/api/")) return path;
      return `/mini/assets/${path.replace(/^(\.{0,2}\/)+/, "")}`;
    },
  };
}

export function fileFunctions(phone) {
  const { files } = phone;
  const mustFind = (path) => {
    const blob = files.find(path);
    if (!blob) throw new Fault(`no such file or directory, open "${path}"`);
    return blob;
  };
  const saveFile = async ({ tempFilePath, filePath }) => {
    const blob = mustFind(tempFilePath);
    const ending = tempFilePath.split(".").pop();
    const name = filePath ?? `${SAVED}store_${crypto.randomUUID()}.${ending}`;
    return { savedFilePath: await files.write(name, blob) };
  };
  const manager = {
    async readFile({ filePath, encoding }) {
      return { data: await content(mustFind(filePath), encoding) };
    },
    async writeFile({ filePath, data, encoding }) {
      await files.write(filePath, new Blob([encoding === "base64" ? bytesOf(data) : data]));
    },
    saveFile,
    getFileInfo: ({ filePath }) => ({ size: mustFind(filePath).size }),
    stat: ({ path }) => ({ stats: { size: mustFind(path).size, isFile: () => true, isDirectory: () => false } }),
    unlink: ({ filePath }) => files.remove(filePath),
    removeSavedFile: ({ filePath }) => files.remove(filePath),
    getSavedFileList: () => ({ fileList: files.list() }),
    access: ({ path }) => void mustFind(path),
  };
  return {
    asynchronous: {
      saveFile,
      removeSavedFile: manager.removeSavedFile,
      getSavedFileList: manager.getSavedFileList,
      getFileInfo: manager.getFileInfo,
    },
    plain: {
      env: { USER_DATA_PATH: SAVED.slice(0, -1) },
      getFileSystemManager: () => phone.fileManager(manager),
    },
  };
}

async function content(blob, encoding) {
  if (!encoding) return blob.arrayBuffer();
  if (encoding !== "base64") return blob.text();
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
  return url.slice(url.indexOf(",") + 1);
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function opened(name) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function all(database) {
  return new Promise((resolve, reject) => {
    const found = [];
    const asked = database.transaction("files").objectStore("files").openCursor();
    asked.onsuccess = () => {
      const cursor = asked.result;
      if (!cursor) return resolve(found);
      found.push([cursor.key, cursor.value]);
      cursor.continue();
      return undefined;
    };
    asked.onerror = () => reject(asked.error);
  });
}

function change(database, run) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("files", "readwrite", { durability: "strict" });
    run(transaction.objectStore("files"));
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(new Fault("the file could not be saved"));
  });
}
