// image, icon, progress and canvas.

import { builtin, make, mark } from "./builtin.js";

const FIT = { scaleToFill: "fill", aspectFit: "contain", aspectFill: "cover", center: "none" };
const ICONS = {
  success: "✓", success_no_circle: "✓", info: "i", warn: "!", waiting: "…", cancel: "×", download: "↓", search: "⌕", clear: "×",
};

export function registerPictures(space, phone) {
  builtin(space, "wx-image", { src: "", mode: "scaleToFill", lazyLoad: false, showMenuByLongpress: false, webp: false }, (self, element) => {
    const picture = make("img", { alt: "" });
    element.prepend(picture);
    let shown = null;
    picture.addEventListener("load", () => {
      self.triggerEvent("load", { width: picture.naturalWidth, height: picture.naturalHeight });
    });
    picture.addEventListener("error", () => self.triggerEvent("error", { errMsg: "image load fail" }));
    return {
      update(data) {
        mark(element, "wx-mode", data.mode);
        picture.style.objectFit = FIT[data.mode] ?? "fill";
        picture.loading = data.lazyLoad ? "lazy" : "eager";
        if (data.src !== shown) {
          shown = data.src;
          if (shown) picture.src = phone.files.address(shown);
          else picture.removeAttribute("src");
        }
        if (element.hasAttribute("aria-label") && !element.hasAttribute("role")) element.setAttribute("role", "img");
      },
      attached() {
        if (element.hasAttribute("aria-label") && !element.hasAttribute("role")) element.setAttribute("role", "img");
      },
    };
  });

  builtin(space, "wx-icon", { type: "info", size: 23, color: "" }, (self, element) => ({
    update(data) {
      element.textContent = ICONS[data.type] ?? "";
      mark(element, "wx-type", data.type);
      element.style.fontSize = `${data.size}px`;
      element.style.color = data.color;
    },
    attached() {
      if (element.hasAttribute("aria-label")) element.setAttribute("role", "img");
      else element.setAttribute("aria-hidden", "true");
    },
  }));

  builtin(space, "wx-progress", { percent: 0, showInfo: false, strokeWidth: 6, activeColor: "", color: "", backgroundColor: "", active: false }, (self, element) => {
    const bar = make("i");
    const words = make("b");
    element.prepend(make("span", {}, bar), words);
    element.setAttribute("role", "progressbar");
    mark(element, "aria-valuemin", "0");
    mark(element, "aria-valuemax", "100");
    return {
      update(data) {
        const share = Math.max(0, Math.min(100, data.percent));
        bar.style.width = `${share}%`;
        bar.style.backgroundColor = data.activeColor || data.color;
        bar.parentNode.style.height = `${data.strokeWidth}px`;
        words.textContent = data.showInfo ? `${share}%` : "";
        element.setAttribute("aria-valuenow", String(share));
      },
    };
  });

  builtin(space, "canvas", { type: "2d", canvasId: "", disableScroll: false }, (self, element) => {
    element.createImage = () => imageOf(phone);
    element.requestAnimationFrame = (draw) => requestAnimationFrame(draw);
    element.cancelAnimationFrame = (id) => cancelAnimationFrame(id);
    return {
      update(data) {
        element.style.touchAction = data.disableScroll ? "none" : "";
      },
    };
  });
}

/** A picture to draw: it takes the paths of the phone's own files too. */
function imageOf(phone) {
  const image = new Image();
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  Object.defineProperty(image, "src", { get, set: (path) => set.call(image, phone.files.address(path)) });
  return image;
}
