const { noted } = require("../../lib/note");

Page(noted("second", { data: {} }));
