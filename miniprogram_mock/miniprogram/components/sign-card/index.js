// A photo of the ID card: the camera with a frame of a card's form, or the album, which works where a camera
// hangs. Gives `picture` with {file, base64}, small enough to be sent.

const { CARD } = require("../../lib/sign_frames");
const { shrunk, still } = require("../../lib/pictures");

Component({
  properties: {
    file: { type: String, value: "" }, // the picture taken before, shown again
    busy: { type: Boolean, value: false },
  },
  data: { camera: true, ready: false, denied: false, taking: false, wrong: "" },
  methods: {
    opened() {
      this.setData({ ready: true });
    },
    refused() {
      this.setData({ camera: false, ready: false, denied: true });
    },
    /** The person may have allowed it meanwhile, here or in WeChat's settings. */
    retry() {
      this.setData({ camera: true, denied: false });
    },
    take() {
      return this.work(still);
    },
    album() {
      return this.work(chosen);
    },
    /** @param {() => Promise<string>} get */
    async work(get) {
      this.setData({ taking: true, wrong: "" });
      try {
        const file = await get();
        if (file) this.triggerEvent("picture", { file, base64: await shrunk(this, file, CARD) });
      } catch (failure) {
        console.error(failure);
        this.setData({ wrong: "这张照片没有拍好，或者打不开。请再拍一次，或者换一张。" });
      } finally {
        this.setData({ taking: false });
      }
    },
    again() {
      this.triggerEvent("picture", { file: "", base64: "" });
    },
    use() {
      this.triggerEvent("use");
    },
  },
});

/** A photo out of the album; "" when the person changed their mind. @returns {Promise<string>} */
function chosen() {
  return new Promise((resolve, reject) => {
    wx.chooseMedia({
      count: 1,
      mediaType: ["image"],
      sourceType: ["album"],
      sizeType: ["compressed"],
      success: ({ tempFiles }) => resolve(tempFiles[0].tempFilePath),
      fail: ({ errMsg }) => (/cancel/.test(errMsg) ? resolve("") : reject(new Error(errMsg))),
    });
  });
}
