// All built-ins.

import { registerButtons } from "./buttons.js";
import { registerFields } from "./fields.js";
import { registerChoices } from "./choices.js";
import { registerPictures } from "./pictures.js";
import { registerScrolling } from "./scrolling.js";
import { registerCamera } from "./camera.js";
import { registerPicker } from "./picker.js";

export function registerBuiltins(space, phone) {
  registerButtons(space, phone);
  registerFields(space, phone);
  registerChoices(space, phone);
  registerPictures(space, phone);
  registerScrolling(space, phone);
  registerCamera(space, phone);
  registerPicker(space, phone);
}
