// The host's beginning: who holds this phone, the frame around it, the mini-program in it.

import { app, configs, scopes, templates, scripts } from "mini-program";

import { makeFrame } from "./host/frame.js";
import { launchOptions } from "./host/launch.js";
import { user } from "./host/user.js";
import { makeSpace } from "./runtime/space.js";
import { makeModules } from "./runtime/modules.js";
import { makePages } from "./runtime/pages.js";
import { openFiles } from "./wx/files.js";
import { makeWx } from "./wx/index.js";

async function start() {
  const phone = { user: user(), app, textSize: Number(localStorage.getItem("host.textSize") ?? 1) };
  phone.frame = makeFrame(phone);
  phone.files = await openFiles(phone.user);
  phone.space = makeSpace({ configs, scopes, templates, phone });
  phone.wx = makeWx(phone);
  phone.pages = makePages(phone);
  phone.modules = makeModules(phone, scripts);
  phone.pages.launch(launchOptions(app));
  phone.demo.goOn();
  performance.mark("mini-program shown");
}

start();
