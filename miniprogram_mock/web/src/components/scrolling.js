// scroll-view and swiper.

import { builtin, mark } from "./builtin.js";

export function registerScrolling(space) {
  builtin(
    space,
    "wx-scroll-view",
    { scrollX: false, scrollY: false, scrollTop: undefined, scrollLeft: undefined, scrollIntoView: "", upperThreshold: 50, lowerThreshold: 50, scrollWithAnimation: false, enhanced: false, showScrollbar: true },
    (self, element) => {
      let low = false;
      element.tabIndex = 0;
      element.addEventListener("scroll", () => {
        const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = element;
        self.triggerEvent("scroll", { scrollTop, scrollLeft, scrollHeight, scrollWidth });
        const now = scrollHeight - clientHeight - scrollTop <= self.data.lowerThreshold;
        if (now && !low) self.triggerEvent("scrolltolower", { direction: "bottom" });
        low = now;
      });
      let top;
      let into = "";
      return {
        update(data) {
          element.style.overflowX = data.scrollX ? "auto" : "hidden";
          element.style.overflowY = data.scrollY ? "auto" : "hidden";
          if (data.scrollTop !== undefined && data.scrollTop !== top) element.scrollTop = top = data.scrollTop;
          if (data.scrollIntoView && data.scrollIntoView !== into) {
            const id = (into = data.scrollIntoView);
            setTimeout(() => element.querySelector(`[id$="--${CSS.escape(id)}"]`)?.scrollIntoView(), 0);
          }
        },
      };
    },
  );

  builtin(space, "wx-swiper", { current: 0, indicatorDots: false, autoplay: false, interval: 5000, duration: 500, circular: false, vertical: false }, (self, element) => {
    let shown = 0;
    element.tabIndex = 0;
    element.addEventListener("scroll", () => {
      const current = Math.round(element.scrollLeft / (element.clientWidth || 1));
      if (current === shown) return;
      shown = current;
      self.triggerEvent("change", { current, source: "touch" });
    });
    return {
      update(data) {
        if (data.current === shown) return;
        shown = data.current;
        element.scrollLeft = shown * element.clientWidth;
      },
    };
  });
  builtin(space, "wx-swiper-item", { itemId: "" }, (self, element) => ({
    update: (data) => mark(element, "wx-item", data.itemId),
  }));
}
