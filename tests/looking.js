// Checks of a page as it is shown now. Each returns complaints, none where all is well.

const all = [...document.querySelectorAll("body, body *")];

function name(element) {
  const classes = [...element.classList].map((one) => "." + one).join("");
  return `${element.localName}${classes} “${element.textContent.trim().slice(0, 30)}”`;
}

// Nothing reaches over the sides of the page, and nothing in a box is cut off by it. Boxes of a pixel, and those wholly to
// the left of the page, are for screen readers, or come when they are focused. Fields scroll by themselves.
function outside() {
  const width = document.documentElement.clientWidth;
  const said = document.documentElement.scrollWidth > width ? ["the page scrolls sideways"] : [];
  for (const element of all) {
    const box = element.getBoundingClientRect(), look = getComputedStyle(element);
    if (box.width <= 1 || box.height <= 1 || box.right <= 0 || look.visibility !== "visible") continue;
    if (box.left < -1 || box.right > width + 1) said.push(`${name(element)} goes from ${box.left} to ${box.right}`);
    if (element.matches("input, textarea, select")) continue;
    const across = look.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
    const down = look.overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1;
    if (across || down) said.push(`${name(element)} is cut`);
  }
  return said;
}

// Nothing moves, fades or scrolls by itself, now or later.
function moving() {
  const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0.01);
  const said = document.getAnimations().length ? ["something is moving"] : [];
  for (const element of [document.documentElement, ...all]) {
    if (getComputedStyle(element).scrollBehavior === "smooth") said.push(`${name(element)} scrolls smoothly`);
    for (const part of ["", "::before", "::after"]) {
      const look = getComputedStyle(element, part);
      const moves = lasts(look.transitionDuration) || lasts(look.animationDuration);
      if (moves) said.push(`${name(element)}${part} can move`);
    }
  }
  return said;
}

// What has the focus shows it, with a line of two pixels or more, and nothing lies over it.
function unfocused() {
  const element = document.activeElement, look = getComputedStyle(element), box = element.getClientRects()[0];
  const at = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const seen = at && (element.contains(at) || at.contains(element));
  return outlined && seen ? [] : [`${name(element)} ${outlined ? "cannot be seen" : "has no outline"}`];
}

// Headings begin with the first level and leave none out.
function skipping() {
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((one) => one.checkVisibility());
  const level = (heading) => (heading ? Number(heading.localName[1]) : 0);
  return headings.filter((one, at) => level(one) > level(headings[at - 1]) + 1).map(name);
}

// Nothing is on paper that can only be used on a screen.
function usable() {
  const tools = [...document.querySelectorAll("nav, form, input, textarea, select, button, search, [role=search]")];
  return tools.filter((one) => one.checkVisibility()).map(name);
}

// Every hit tells where it is from, with the site's name, in its text or in what the style sheet adds to it.
function unsourced() {
  const attribute = (element) => (_, name) => element.getAttribute(name) ?? "";
  const added = (element) => getComputedStyle(element, "::after").content.replace(/attr\((\S+)\)/g, attribute(element));
  return [...document.querySelectorAll(".hit")].filter((hit) => {
    const source = hit.querySelector(":is(h2, h3, h4) a[href]");
    const text = hit.innerText + [...hit.querySelectorAll("*")].map(added).join(" ");
    return !text.includes(source.host + source.pathname);
  }).map(name);
}

// Articles in Arabic or Hebrew letters read from right to left, and their lines begin at the right.
function leftward() {
  const texts = [...document.querySelectorAll("article :is(h1, h2, h3, h4, p, li, dt, dd)")];
  return texts.filter((one) => /^\s*[\u0590-\u08ff]/.test(one.textContent)).filter((element) => {
    const box = element.getBoundingClientRect(), text = document.createRange();
    text.selectNodeContents(element);
    const lines = [...text.getClientRects()];
    const right = Math.max(...lines.map((line) => line.right)), left = Math.min(...lines.map((line) => line.left));
    return box.right - right > left - box.left || getComputedStyle(element).direction !== "rtl";
  }).map(name);
}
