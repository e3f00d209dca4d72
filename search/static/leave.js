// "Leave this page": the link, or Shift three times within five seconds. The entry in the history is replaced.
(() => {
  const link = document.querySelector(".leave");
  const leave = () => {
    document.documentElement.hidden = true;
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let pressed = [];
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") pressed = [];
    else if (!event.repeat) pressed = [...pressed.filter((at) => event.timeStamp - at < 5000), event.timeStamp];
    if (pressed.length === 3) leave();
  });
})();
