// `wx`: what a page of the mini-program finds of WeChat.

import { both, Fault } from "./promise.js";
import { network } from "./network.js";
import { storage } from "./storage.js";
import { navigation } from "./navigation.js";
import { feedback } from "./feedback.js";
import { people } from "./people.js";
import { media } from "./media.js";
import { device } from "./device.js";
import { fileFunctions } from "./files.js";
import { queries } from "./queries.js";

export function makeWx(phone) {
  const wx = {};
  const parts = [network, storage, navigation, feedback, people, media, device, fileFunctions, queries];
  for (const part of parts) {
    const { asynchronous = {}, plain = {} } = part(phone);
    for (const [name, run] of Object.entries(asynchronous)) wx[name] = both(name, run);
    Object.assign(wx, plain);
  }
  return wx;
}

export { Fault };
