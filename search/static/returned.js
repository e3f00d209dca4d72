// For a page that is asked for soon after its visitor left. The server cannot tell whether somebody typed the address or
// goes back to where it was typed, or loads the page again; the browser can. Runs before anything is visible.
if (["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type)) {
  document.documentElement.hidden = true;
  location.replace("/leave");
}
