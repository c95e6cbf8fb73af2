// What is being typed and was not sent: a page's values stay on the phone until the server has them.

const store = require("./store");

/** @param {string} name */
function kept(name) {
  return store.get(`typed.${name}`);
}

/** @param {string} name @param {any} values */
function keep(name, values) {
  store.put(`typed.${name}`, values);
}

/** @param {string} name */
function done(name) {
  store.drop(`typed.${name}`);
}

module.exports = { kept, keep, done };
