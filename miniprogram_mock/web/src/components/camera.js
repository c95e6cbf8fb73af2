// camera: the browser's, shown as a mirror when it looks at the person, photographed as others see her.

import { builtin, make, mark } from "./builtin.js";

export function registerCamera(space, phone) {
  builtin(space, "wx-camera", { devicePosition: "back", flash: "auto", mode: "normal", resolution: "medium" }, (self, element) => {
    const video = make("video", { autoplay: true, playsinline: true, "aria-hidden": "true" });
    video.muted = true;
    element.prepend(video);
    let stream = null;
    let facing = null;
    let turn = 0;

    async function open() {
      close();
      const mine = turn;
      facing = self.data.devicePosition;
      try {
        const opened = await phone.camera.open(facing);
        if (mine !== turn) return stop(opened); // the page is gone, or wants the other camera
        stream = opened;
        video.srcObject = stream;
        phone.camera.use({ video, facing });
        await frameOf(video); // the first frame is black
        self.triggerEvent("initdone", { maxZoom: 1 });
      } catch (fault) {
        self.triggerEvent("error", { errMsg: `insertCamera:fail ${fault.wx ?? fault.message}` });
      }
    }

    function close() {
      turn += 1;
      if (!stream) return;
      stop(stream);
      phone.camera.use(null);
      stream = null;
    }

    return {
      update(data) {
        mark(element, "wx-position", data.devicePosition);
        if (facing && facing !== data.devicePosition) open();
      },
      attached: open,
      detached: close,
    };
  });
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** Two frames after the camera's start the picture is a picture. */
export function frameOf(video) {
  return new Promise((resolve) => {
    video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(resolve));
  });
}
