// WeChat's events out of the browser's: a tap is a click, whoever made it, finger, mouse, key or screen
// reader; touches come from pointers, so that a mouse draws as a finger does.

import * as ge from "glass-easel";

const LONG_PRESS_MS = 350;
const TOUCHES = {
  pointerdown: "touchstart",
  pointermove: "touchmove",
  pointerup: "touchend",
  pointercancel: "touchcancel",
};

let tapping = false;

/** Whether this very moment belongs to a tap: WeChat asks people some things only then. */
export const inTap = () => tapping;

export class Backend extends ge.CurrentWindowBackendContext {
  constructor() {
    super();
    document.addEventListener("click", (event) => {
      tapping = true; // while its handlers run, and no longer: what they wait for is no tap any more
      send(event, "tap");
      tapping = false;
    });
    for (const [type, name] of Object.entries(TOUCHES)) {
      document.addEventListener(type, (event) => touch(event, name));
    }
  }

  /** All is heard at the document; a built-in sends what is its own. */
  setListenerStats() {}

  render(done) {
    setTimeout(() => done(null), 0);
  }
}

/** The element of a view that a node of the document belongs to. */
export function elementOf(node) {
  let at = node;
  while (at && !at.__wxElement) at = at.parentNode;
  return at?.__wxElement ?? null;
}

/** Send an event from an element up through the views, as WeChat's own events go. */
export function dispatch(element, type, detail, extra = {}) {
  const event = new ge.Event(type, detail, {
    bubbles: true, composed: true, capturePhase: true, extraFields: extra,
  });
  ge.Event.dispatchEvent(element, event);
  return event;
}

function send(event, type) {
  const element = elementOf(event.target);
  if (!element) return;
  const at = [point(event, element)];
  dispatch(element, type, { x: event.clientX, y: event.clientY }, { touches: at, changedTouches: at });
}

let pressed = null;

function touch(event, name) {
  if (!event.isPrimary) return;
  if (name === "touchstart") {
    const element = elementOf(event.target);
    if (!element || event.button !== 0) return;
    pressed = { element, timer: setTimeout(() => send(event, "longpress"), LONG_PRESS_MS) };
  }
  if (!pressed) return;
  if (name !== "touchstart") clearTimeout(pressed.timer);
  const at = [point(event, pressed.element)];
  const ended = name === "touchend" || name === "touchcancel";
  dispatch(pressed.element, name, {}, { touches: ended ? [] : at, changedTouches: at });
  if (ended) pressed = null;
}

function point(event, element) {
  const box = element.$$.getBoundingClientRect();
  return {
    identifier: event.pointerId ?? 0,
    clientX: event.clientX,
    clientY: event.clientY,
    pageX: event.pageX,
    pageY: event.pageY,
    x: event.clientX - box.left,
    y: event.clientY - box.top,
  };
}
