// The links and forms that lead on from a page of the site, as pairs of their kind and what is clicked. The first of
// several concerns stands for all; what changes two things at once is left to what changes one.
() => {
  const kind = (element, address, fields) => {
    const section = element.closest("[aria-labelledby], [aria-label]");
    const place = section?.getAttribute("aria-labelledby") ?? (section ? "nav" : element.closest("main") ? "main" : "");
    const changes = fields.filter((name) => name !== "q");
    const path = address.origin === location.origin ? `/${address.pathname.split("/")[1]}` : "outside";
    return changes.length < 2 && `${place.replace(/-\d+$/, "")} ${path} ${changes}`.trim();
  };
  const links = [...document.querySelectorAll('a[href]:not([href^="#"]):not(.leave)')]
    .filter((link) => link.protocol.startsWith("http") && link.checkVisibility())
    .map((link) => [kind(link, new URL(link.href), [...new URL(link.href).searchParams.keys()]), link]);
  const forms = [...document.forms]
    .filter((form) => form.querySelector('input[type="hidden"]') && form.querySelector("button"))
    .map((form) => [kind(form, new URL(form.action), [...new FormData(form).keys()]), form.querySelector("button")]);
  return [...links, ...forms].filter(([name]) => name);
}
