// Being built.

const { page } = require("../../lib/view");

Page(page({}));
