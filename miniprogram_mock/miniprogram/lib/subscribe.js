// Messages in WeChat itself (订阅消息): one yes is one message, so a person is asked where news is to come.

const api = require("./api");

const MOST = 3; // what WeChat puts into one question

/** @type {string[]} */
let ids = [];

/** Learn beforehand what may be asked for: WeChat's question must come in the tap itself. */
async function prepare() {
  if (!ids.length) ids = (await api.get("/message-templates", { token: null })).data.templateIds.slice(0, MOST);
  return ids.length > 0;
}

/** Ask, first of all in a tap's handler: "yes", "no", or "off" where WeChat did not even ask. Never rejects. */
async function ask() {
  try {
    /** @type {Record<string, string>} */
    const answer = await wx.requestSubscribeMessage({ tmplIds: ids });
    return ids.some((id) => answer[id] === "accept") ? "yes" : "no";
  } catch {
    return "off"; // messages are switched off in WeChat, or there is no network
  }
}

module.exports = { prepare, ask };
