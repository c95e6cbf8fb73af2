// request, uploadFile and downloadFile with WeChat's limits: no PATCH, 60 s, ten at once, 10 MB a file.

import { Fault } from "./promise.js";

const METHODS = new Set(["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT"]);
const AT_ONCE = 10;
const UPLOAD_MOST = 10 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

export function network(phone) {
  let connected = true;
  const listeners = new Set();
  const state = () => ({ isConnected: connected && navigator.onLine, networkType: connected && navigator.onLine ? "wifi" : "none" });
  const tell = () => listeners.forEach((listener) => listener(state()));
  addEventListener("online", tell);
  addEventListener("offline", tell);
  const cut = new EventTarget();
  phone.network = {
    connected: () => state().isConnected,
    set(on) {
      connected = on;
      if (!on) cut.dispatchEvent(new Event("cut"));
      tell();
    },
  };
  const lanes = { request: lane(), file: lane() };

  const request = task(cut, (options, signals) => lanes.request(() => (signals.begin(), ask(phone, options, signals))), "request");
  const uploadFile = task(cut, (options, signals) => lanes.file(() => (signals.begin(), upload(phone, options, signals))), "uploadFile");
  const downloadFile = task(cut, (options, signals) => lanes.file(() => (signals.begin(), download(phone, options, signals))), "downloadFile");
  return {
    asynchronous: { getNetworkType: () => ({ networkType: state().networkType, signalStrength: 100 }) },
    plain: {
      request,
      uploadFile,
      downloadFile,
      onNetworkStatusChange: (listener) => listeners.add(listener),
      offNetworkStatusChange: (listener) => (listener ? listeners.delete(listener) : listeners.clear()),
    },
  };
}

/** At most ten run; the others wait their turn. */
function lane() {
  let running = 0;
  const waiting = [];
  const next = () => {
    if (running >= AT_ONCE || !waiting.length) return;
    running += 1;
    waiting.shift()();
  };
  return (run) =>
    new Promise((resolve, reject) => {
      waiting.push(() =>
        run().then(resolve, reject).finally(() => {
          running -= 1;
          next();
        }),
      );
      next();
    });
}

/** These three give a task that can be aborted, and answer by callbacks or, asked for none, by a promise. */
function task(cut, run, name) {
  return (options) => {
    const controller = new AbortController();
    const progress = new Set();
    let why = "abort";
    const end = (reason) => {
      why = reason;
      controller.abort();
    };
    const lost = () => end("interrupted");
    cut.addEventListener("cut", lost);
    let timer = 0;
    const signals = {
      signal: controller.signal,
      begin: () => (timer = setTimeout(() => end("timeout"), options.timeout ?? TIMEOUT_MS)),
      progress: (now) => progress.forEach((listener) => listener(now)),
    };
    const work = run(options, signals)
      .then(
        (result) => ({ errMsg: `${name}:ok`, ...result }),
        (fault) => {
          if (controller.signal.aborted) throw { errMsg: `${name}:fail ${why}`, errno: 600001 };
          if (fault instanceof Fault) throw { errMsg: `${name}:fail ${fault.wx}`, ...fault.more };
          throw { errMsg: `${name}:fail ${fault?.message ?? fault}`, errno: 600001 };
        },
      )
      .finally(() => {
        clearTimeout(timer);
        cut.removeEventListener("cut", lost);
      });
    const heard = work.then(
      (result) => (options.success?.(result), options.complete?.(result), result),
      (fault) => {
        options.fail?.(fault);
        options.complete?.(fault);
        throw fault;
      },
    );
    const wanted = options.success || options.fail || options.complete;
    heard.catch((fault) => (wanted && fault?.errMsg) || console.warn(fault?.errMsg ?? fault));
    return Object.assign(wanted ? {} : heard, {
      abort: () => end("abort"),
      onProgressUpdate: (listener) => progress.add(listener),
      offProgressUpdate: (listener) => progress.delete(listener),
    });
  };
}

function mustBeConnected(phone) {
  if (!phone.network.connected()) throw new Fault("-106:net::ERR_INTERNET_DISCONNECTED", { errno: 600001 });
}

async function ask(phone, options, { signal }) {
  const method = String(options.method ?? "GET").toUpperCase();
  if (!METHODS.has(method)) throw new Fault(`method is invalid: ${method}`, { errno: 600009 });
  mustBeConnected(phone);
  const { url, body, headers } = filled(options, method);
  const answer = await fetch(url, { method, headers, body, signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
  const data = options.responseType === "arraybuffer" ? await answer.arrayBuffer() : parsed(await answer.text(), options.dataType);
  return { data, statusCode: answer.status, header: headersOf(answer.headers), cookies: [] };
}

function filled({ url, data, header = {} }, method) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(header)) {
    if (name.toLowerCase() !== "referer") headers.set(name, String(value));
  }
  if (data === undefined || data === null) return { url, headers };
  if (method === "GET" || method === "HEAD") {
    const query = typeof data === "string" ? data : new URLSearchParams(data).toString();
    return { url: query ? `${url}${url.includes("?") ? "&" : "?"}${query}` : url, headers };
  }
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  if (typeof data === "string" || data instanceof ArrayBuffer) return { url, headers, body: data };
  const form = headers.get("content-type").startsWith("application/x-www-form-urlencoded");
  return { url, headers, body: form ? new URLSearchParams(data) : JSON.stringify(data) };
}

function parsed(text, dataType = "json") {
  if (dataType !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function headersOf(headers) {
  const words = (name) => name.replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase());
  return Object.fromEntries([...headers].map(([name, value]) => [words(name), value]));
}

/** One file in a form, by XMLHttpRequest, which alone tells how much has gone. */
async function upload(phone, { url, filePath, name, formData = {}, header = {} }, { signal, progress }) {
  const blob = await phone.files.blob(filePath);
  if (!blob) throw new Fault("file not found", { errno: 1300002 });
  if (blob.size > UPLOAD_MOST) throw new Fault("file exceed maximum size 10MB", { errno: 600009 });
  mustBeConnected(phone);
  const body = new FormData();
  for (const [key, value] of Object.entries(formData)) body.append(key, String(value));
  body.append(name, blob, filePath.split("/").pop());
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", url);
    for (const [key, value] of Object.entries(header)) {
      if (!["content-type", "referer"].includes(key.toLowerCase())) call.setRequestHeader(key, String(value));
    }
    call.upload.onprogress = ({ loaded, total }) => {
      progress({ progress: Math.floor((100 * loaded) / total), totalBytesSent: loaded, totalBytesExpectedToSend: total });
    };
    call.onload = () => resolve({ data: call.responseText, statusCode: call.status, header: headersOf(headersIn(call)) });
    call.onerror = () => reject(new Fault("net::ERR_CONNECTION_RESET", { errno: 600001 }));
    call.onabort = () => reject(new Fault("abort"));
    signal.addEventListener("abort", () => call.abort());
    if (signal.aborted) reject(new Fault("abort"));
    else call.send(body);
  });
}

function headersIn(call) {
  return call.getAllResponseHeaders().trim().split(/\r?\n/).filter(Boolean).map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
}

async function download(phone, { url, header = {}, filePath }, { signal, progress }) {
  mustBeConnected(phone);
  const answer = await fetch(url, { headers: header, signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
  const blob = await answer.blob();
  progress({ progress: 100, totalBytesWritten: blob.size, totalBytesExpectedToWrite: blob.size });
  if (filePath) {
    await phone.files.write(filePath, blob);
    return { filePath, statusCode: answer.status, header: headersOf(answer.headers) };
  }
  return { tempFilePath: phone.files.temporary(blob), statusCode: answer.status, header: headersOf(answer.headers) };
}
