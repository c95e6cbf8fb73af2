// From page to page, and the bar above it.

import { Fault } from "./promise.js";

export function navigation(phone) {
  const go = (kind) => async ({ url, events }) => {
    await null; // a page that leads on while it is opened has first to be open
    if (typeof url !== "string") throw new Fault("parameter error: parameter.url should be String");
    try {
      const eventChannel = phone.pages.go(kind, url, events);
      return eventChannel && { eventChannel };
    } catch (fault) {
      throw new Fault(fault.message);
    }
  };
  return {
    asynchronous: {
      navigateTo: go("navigateTo"),
      redirectTo: go("redirectTo"),
      reLaunch: go("reLaunch"),
      switchTab: go("switchTab"),
      async navigateBack({ delta = 1 }) {
        await null;
        try {
          phone.pages.back(delta);
        } catch (fault) {
          throw new Fault(fault.message);
        }
      },
      setNavigationBarTitle: ({ title }) => phone.pages.setTitle(title),
      setNavigationBarColor: () => undefined,
      setTabBarBadge: ({ index, text }) => phone.frame.badge(index, text),
      removeTabBarBadge: ({ index }) => phone.frame.badge(index, ""),
      pageScrollTo({ scrollTop, selector, offsetTop = 0, duration = 300 }) {
        const { place } = phone.pages.top();
        const behavior = duration ? "smooth" : "auto";
        const target = selector && phone.find(phone.pages.top().page, selector);
        if (selector && !target) throw new Fault("selector not found");
        const from = place.getBoundingClientRect().top - place.scrollTop;
        place.scrollTo({ top: target ? target.getBoundingClientRect().top - from + offsetTop : scrollTop, behavior });
      },
    },
  };
}
