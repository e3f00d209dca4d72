// Shows answers of the server in frames of one page, as documents of their own whose scripts may run, and says what of
// them is not text. Returns, for each address: what is wrong, "" where nothing is.
async (requests) => {
  const OWN = /^\/static\/[a-z]+\.js\?v=[0-9a-f]+$/;
  const FOREIGN = "iframe, object, embed, svg, math, style, base, template, noscript, frameset, marquee, audio, video, " +
    "dialog, form form, img:not([src^='/logo'])";
  const ADDRESSES = ["href", "src", "action", "formaction", "data", "srcset", "poster", "background", "ping", "cite"];

  const wrong = (page) => {
    const found = [...page.querySelectorAll(FOREIGN)].map((element) => `<${element.localName}>`);
    for (const script of page.scripts)
      if (!OWN.test(script.getAttribute("src")) || script.text) found.push("a script");
    for (const meta of page.querySelectorAll("meta[http-equiv]")) found.push(meta.outerHTML);
    for (const element of page.querySelectorAll("*")) for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || ["style", "autofocus", "contenteditable", "srcdoc", "ping"].includes(name)) found.push(name);
      if (ADDRESSES.includes(name) && !/^([/#?]($|[^/\\])|https?:\/\/(127\.0\.0\.1|friends\.example))/.test(value))
        found.push(`${name}=${value}`);
    }
    if (page.documentElement.textContent.includes("9801547")) found.push("a template ran");
    return found.join(", ");
  };

  const show = async ({ path, body }) => {
    const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body };
    const answered = await fetch(path, body ? form : {});
    const text = await answered.text();
    if (!answered.headers.get("content-type").startsWith("text/html")) return `no page: ${answered.status}`;
    const frame = document.createElement("iframe");
    document.body.append(frame);
    await new Promise((loaded) => {
      frame.onload = loaded;
      frame.srcdoc = text;
      setTimeout(loaded, 5000);
    });
    const said = wrong(frame.contentDocument);
    setTimeout(() => frame.remove(), 300);
    return said;
  };

  const said = new Array(requests.length);
  let next = 0;
  const work = async () => {
    while (next < requests.length) {
      const mine = next++;
      said[mine] = await show(requests[mine]);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  await new Promise((over) => setTimeout(over, 400));
  return said;
}
