// One case as its pages need it: read together, changed with its version, never lost.

const api = require("./api");
const outbox = require("./outbox");

/** The case, its version, what is still missing, and its programme's words. @param {string} id */
async function read(id) {
  const [found, list] = await Promise.all([
    api.get(`/applications/${id}`),
    api.get(`/applications/${id}/checklist`),
  ]);
  const programme = (await api.get(`/programmes/${found.data.programme}`, { token: null })).data;
  return { ...found.data, etag: found.etag, missing: list.data.missing, sections: list.data.sections, ...programme };
}

/** Change the form. @param {any} found what read() gave @param {any} change */
function patch(found, change) {
  const path = `/applications/${found.id}`;
  const sent = outbox.send({ about: found.id, method: "PATCH", path, body: change, match: found.etag, label: "申请表" });
  return unlessDone(sent, found.id, (now) => holds(now, formOf(change)));
}

/** Add or change one person. @param {any} found @param {string} memberId @param {any} body */
function putPerson(found, memberId, body) {
  const path = `/applications/${found.id}/members/${memberId}`;
  const sent = outbox.send({ about: found.id, method: "PUT", path, body, match: found.etag, label: body.name });
  const { idNumber: _, phone: __, ...shown } = body; // these are shown masked
  return unlessDone(sent, found.id, (now) => holds(now.members.find((/** @type {any} */ one) => one.id === memberId), shown));
}

/**
 * A change that waited for the network may have gone out by itself: then the version is another one, and
 * all is as it was wished. @param {Promise<any>} sent @param {string} id @param {(now: any) => boolean} isDone
 */
async function unlessDone(sent, id, isDone) {
  try {
    return await sent;
  } catch (problem) {
    if (/** @type {any} */ (problem).code !== "version_stale" || !isDone(await read(id))) throw problem;
  }
}

/** @param {any} change */
function formOf(change) {
  const { truthPromise, ...rest } = change;
  return truthPromise ? { ...rest, promised: truthPromise.accepted } : rest;
}

/** Whether something has all these values. @param {any} one @param {Record<string, any>} wished */
function holds(one, wished) {
  return Boolean(one) && Object.entries(wished).every(([name, value]) => JSON.stringify(one[name]) === JSON.stringify(value));
}

/** @param {any} found @param {string} memberId */
function removePerson(found, memberId) {
  return api.remove(`/applications/${found.id}/members/${memberId}`, { match: found.etag });
}

/** A random id for a person that is new (UUID version 4). */
function newId() {
  const hex = "0123456789abcdef";
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (c) => {
    const digit = Math.floor(Math.random() * 16);
    return hex[c === "x" ? digit : (digit % 4) + 8];
  });
}

module.exports = { read, patch, putPerson, removePerson, newId };
