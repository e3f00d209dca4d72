// Suggestions under the search box of forms with data-suggest, which work without this file.
//
// An editable combobox with list autocomplete and manual selection, as the WAI-ARIA Authoring Practices describe it:
// the focus stays in the box, arrow keys move through the list, and what was typed stays until an option is chosen. A
// textarea must not have the role of a combobox (ARIA in HTML); it stays a text box with a list. Nothing is stored, and
// an error only means that there are no suggestions.

const SHORTEST = 2, LONGEST = 60; // characters; who has written more asks a question of their own
const PAUSE = 120; // milliseconds without a key before the server is asked

function make(name, attributes, text = "") {
  const element = document.createElement(name);
  element.textContent = text;
  return set(element, attributes);
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

class Suggestions {
  active = -1; // the option that Enter chooses; -1 is the box itself
  shown = ""; // the text that the options are for

  constructor(form) {
    const { suggestLabel, suggestTold, suggest } = form.dataset;
    Object.assign(this, { form, box: form.elements.q, address: suggest, words: suggestTold });
    this.id = `${this.box.id}-suggestions`;
    this.list = make("ul", { id: this.id, class: "suggestions", role: "listbox", "aria-label": suggestLabel });
    this.told = make("p", { class: "aloud", "aria-live": "polite" });
    this.box.after(this.list, this.told);
    set(this.box, { autocomplete: "off", "aria-autocomplete": "list", "aria-controls": this.id });
    this.combobox = this.box.matches("input");
    set(this.box, this.combobox ? { role: "combobox" } : { "aria-haspopup": "listbox" });
    this.close();
    this.listen();
  }

  listen() {
    this.box.addEventListener("input", () => this.wait());
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("blur", () => this.close());
    this.form.addEventListener("submit", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // or the box would lose the focus
    this.list.addEventListener("click", (event) => event.target !== this.list && this.choose(event.target));
  }

  get text() {
    return this.box.value.trim();
  }

  get isLetter() {
    return this.text.length > LONGEST || this.text.includes("\n");
  }

  // Asks at the next pause; an answer that is still under way is not wanted any more.
  wait() {
    this.stop();
    this.activate(-1);
    if (this.text.length < SHORTEST || this.isLetter) this.close();
    else this.timer = setTimeout(() => this.ask(this.text), PAUSE);
  }

  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  async ask(text) {
    const { signal } = (this.asking = new AbortController());
    try {
      const answer = await fetch(`${this.address}?${new URLSearchParams({ q: text })}`, { signal, cache: "no-store" });
      this.show(text, (await answer.json()).suggestions);
    } catch { // no answer, or not one that has suggestions
      if (!signal.aborted) this.close();
    }
  }

  show(text, suggestions) {
    const option = (one, n) => make("li", { id: `${this.id}-${n}`, role: "option", dir: "auto" }, one.text);
    this.list.replaceChildren(...suggestions.map(option));
    this.shown = text;
    if (suggestions.length) this.open();
    else this.close();
  }

  open() {
    this.expand(true);
    const words = this.words.replace("%", this.list.children.length);
    if (this.told.textContent !== words) this.told.textContent = words; // the same number is not said again
  }

  close() {
    this.stop();
    this.activate(-1);
    this.expand(false);
    this.told.textContent = "";
  }

  expand(open) {
    this.list.hidden = !open;
    if (this.combobox) set(this.box, { "aria-expanded": open });
  }

  activate(number) {
    this.active = number;
    const option = this.list.children[number];
    for (const one of this.list.children) set(one, { "aria-selected": one === option });
    if (!option) return this.box.removeAttribute("aria-activedescendant");
    set(this.box, { "aria-activedescendant": option.id });
    option.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (option) this.box.value = option.textContent;
    this.form.requestSubmit();
  }

  press(event) {
    const handle = event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey ? null : KEYS[event.key];
    if (handle?.(this, event.altKey)) event.preventDefault();
  }

  move(step) {
    if (this.list.hidden && !this.reopen()) return false;
    const places = this.list.children.length + 1; // the options, and the box
    this.activate(((this.active + 1 + step + places) % places) - 1);
    return true;
  }

  reopen() {
    const ready = this.list.hasChildNodes() && this.shown === this.text;
    if (ready) this.open();
    else this.wait();
    return ready;
  }

  enter() {
    this.choose(this.list.children[this.active]);
    return true;
  }

  // Closes the list, then empties the box; but one key must not cost a letter.
  escape() {
    const filled = this.box.value !== "";
    if (!this.list.hidden) this.close();
    else if (filled && !this.isLetter) {
      this.box.value = "";
      this.box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    return filled;
  }
}

// What keys do; true where the browser should do nothing beside.
const KEYS = {
  ArrowDown: (box, alt) => (alt ? box.reopen() : box.move(1)),
  ArrowUp: (box, alt) => (alt ? box.close() : box.move(-1)),
  ArrowLeft: (box) => box.activate(-1),
  ArrowRight: (box) => box.activate(-1),
  Home: (box) => box.activate(-1),
  End: (box) => box.activate(-1),
  Enter: (box) => box.enter(),
  Escape: (box) => box.escape(),
};

for (const form of document.querySelectorAll("form[data-suggest]")) new Suggestions(form);
