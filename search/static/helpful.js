// What was helpful is told without leaving the results. Without this script, the form leads to a page that says thanks.
for (const form of document.querySelectorAll("form.helpful")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = new URLSearchParams(new FormData(form, event.submitter));
    const sent = await fetch(form.action, { method: "POST", body: said }).then((answer) => answer.ok, () => false);
    const told = document.createElement("p");
    told.role = "status";
    told.tabIndex = -1;
    told.textContent = sent ? form.dataset.thanks : form.dataset.failed;
    form.replaceChildren(told);
    told.focus(); // the button that had it is gone
  });
}
