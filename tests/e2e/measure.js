// Too small to press, too small to read, out of the screen: what of it is in the last `within`.

([least, text, within]) => {
  const found = [];
  const root = [...document.querySelectorAll(within)].at(-1);
  if (!root) return [`no ${within}`];
  const seen = (one) => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden";
  };
  const words = (one) => (one.innerText || one.ariaLabel || "").trim().slice(0, 20);
  const name = (one) => `${one.tagName.toLowerCase()} "${words(one)}"`;
  const pressed = "button, a[href], input, textarea, select, [role=button], [role=radio], [role=checkbox], [role=switch]";
  for (const one of root.querySelectorAll(pressed)) {
    if (!seen(one) || one.type === "hidden") continue;
    const outer = one.closest("label, wx-button, wx-input, wx-textarea, wx-picker") || one;
    const box = outer.getBoundingClientRect();
    if (box.height < least - 0.5 || box.width < Math.min(least, 44) - 0.5) {
      found.push(`small target ${name(one)} ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    if (!node.textContent.trim() || !seen(one)) continue;
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (size < text - 0.5) found.push(`small text ${name(one)} ${size}px`);
    const box = one.getBoundingClientRect();
    if (box.right > innerWidth + 1 && !one.closest("[data-wide]")) found.push(`runs out ${name(one)} to ${Math.round(box.right)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push("the page scrolls sideways");
  return [...new Set(found)];
}
