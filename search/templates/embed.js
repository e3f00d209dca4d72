{# The search box for other pages of the owner's. It makes elements and sets their text, never markup, and has no style
   of its own: so it works under a strict content security policy, and with Trusted Types. #}
(() => {
  const words = {{ {
    "label": t("search-label"), "search": t("search"), "empty": t("embed-empty"), "wait": t("embed-wait"),
    "failed": t("embed-failed"), "found": t("embed-found", count="{}"), "nothing": t("results-nothing"),
    "unsure": t("results-no-advice") ~ " " ~ t("results-nearest"), "corrected": t("results-corrected"), "all": t("embed-all"),
  } | tojson }};
  const origin = new URL(document.currentScript.src).origin;

  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach((pair) => element.setAttribute(...pair));
    element.append(...children);
    return element;
  };

  {# The API's excerpts are HTML of one kind: escaped text, and marks. #}
  const characters = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" };
  const pieces = (html) => html.split(/<\/?mark>/).map((piece, at) => {
    const text = piece.replace(/&(amp|lt|gt|#34|#39);/g, (_, name) => characters[name]);
    return at % 2 ? make("mark", {}, text) : text;
  });

  const item = (hit) => {
    const path = [hit.title, ...hit.heading_path], heading = path.pop();
    const address = new URL(`${hit.url}#${hit.anchor}`, origin);
    const link = address.protocol.startsWith("http") ? make("a", { href: address }, heading) : heading;
    const from = make("p", { class: "advice-from" }, path.join(" › "));
    return make("li", {}, link, from, make("p", { class: "advice-excerpt", dir: "auto" }, ...pieces(hit.excerpt)));
  };

  const line = ({ name, number, url, whom, hours }) => {
    const dialled = /^[+\d\s-]+$/.test(number) && `tel:${number.replace(/[^+\d]/g, "")}`;
    const call = dialled ? make("a", { href: dialled }, number) : number || "";
    return make("li", {}, make("a", { href: url, rel: "noreferrer" }, name), " ", call, ` – ${whom}; ${hours}`);
  };

  const panel = ({ title, text, notices, helplines }) => {
    const paragraphs = [text, ...notices].map((one) => make("p", {}, one));
    const heading = make("p", { class: "advice-title" }, title);
    const lines = make("ul", {}, ...helplines.map(line));
    return make("section", { class: "advice-helping", "aria-label": title }, heading, ...paragraphs, lines);
  };

  const told = ({ corrected, hits, confidence }) => [
    corrected && `${words.corrected} ${corrected}.`,
    hits.length && confidence !== null && confidence < {{ unsure }} && words.unsure,
    hits.length ? words.found.replace("{}", hits.length) : words.nothing,
  ].filter(Boolean).join(" ");

  const ask = async (asked) => {
    const answered = await fetch(`${origin}/api/v1/search?${asked}`, { referrerPolicy: "no-referrer" });
    const answer = await answered.json();
    return answered.ok ? answer : { failed: answer.detail || words.failed };
  };

  const build = (place) => {
    const box = make("input", { type: "search", maxlength: 20000, autocomplete: "off", dir: "auto" });
    const label = make("label", {}, words.label, box);
    const form = make("form", { role: "search" }, label, make("button", {}, words.search));
    const said = make("p", { role: "status" });
    const found = make("div", {});
    let turn = 0;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const mine = ++turn, asked = new URLSearchParams({ q: box.value.trim() });
      found.replaceChildren();
      said.textContent = asked.get("q") ? words.wait : words.empty;
      if (!asked.get("q")) return;
      const answer = await ask(asked).catch(() => ({ failed: words.failed }));
      {# Where another question was asked meanwhile, this answer comes too late. #}
      if (mine !== turn) return;
      said.textContent = answer.failed || told(answer);
      if (answer.failed) return;
      const all = make("a", { href: `${origin}/?${asked}` }, words.all);
      if (answer.safety) found.append(panel(answer.safety));
      found.append(make("ol", {}, ...answer.hits.map(item)), all);
    });
    place.lang = {{ t.language | tojson }};
    place.classList.add("advice-search");
    place.replaceChildren(form, said, found);
  };

  const start = () => {
    document.head.append(make("link", { rel: "stylesheet", href: origin + {{ static(style) | tojson }} }));
    document.querySelectorAll("[data-advice-search], advice-search").forEach(build);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
