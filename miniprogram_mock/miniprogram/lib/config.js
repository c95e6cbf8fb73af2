// Where the county's server answers. In WeChat this must be its https address, registered as a legal
// domain; empty means the server that the page came from, as in the browser host.

module.exports = {
  SERVER: "",
  API: "/api/v1",
  TIMEOUT_MS: 60000,
};
