// A picture of the phone made as small as the server takes it, in memory: nothing is saved.

const { fit, encoded } = require("./sign_frames");

/** The canvas of a component. @param {any} component @param {string} selector @returns {Promise<any>} */
function canvasOf(component, selector) {
  return new Promise((resolve, reject) => {
    wx.createSelectorQuery()
      .in(component)
      .select(selector)
      .fields({ node: true, size: true, rect: true })
      .exec((/** @type {any[]} */ [found]) => (found && found.node ? resolve(found) : reject(new Error("no canvas"))));
  });
}

/**
 * A file of any kind that the phone can show, as a JPEG in base64 within `limit`.
 * @param {any} component with <canvas type="2d" id="work"> @param {string} file @param {{edge: number, bytes: number}} limit
 */
async function shrunk(component, file, limit) {
  const { node } = await canvasOf(component, "#work");
  const image = node.createImage();
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = () => reject(new Error("picture not readable"));
    image.src = file;
  });
  const { width, height } = fit(image.width, image.height, limit.edge);
  node.width = width;
  node.height = height;
  const pen = node.getContext("2d");
  pen.drawImage(image, 0, 0, width, height);
  return encoded((quality) => node.toDataURL("image/jpeg", quality).split(",")[1], limit.bytes);
}

/** One still of the open camera, not mirrored: the server judges which side a head turns to. @returns {Promise<string>} */
function still() {
  return new Promise((resolve, reject) => {
    wx.createCameraContext().takePhoto({
      quality: "high",
      selfieMirror: false,
      success: (taken) => resolve(taken.tempImagePath),
      fail: reject,
    });
  });
}

module.exports = { canvasOf, shrunk, still };
