"use strict";
// Seasoning only: the page reads, filters and prints without this script.
const notes = () => [...document.querySelectorAll(".note")].filter((note) => note.offsetParent !== null);
let here = null;

function go(step) {
  const shown = notes();
  if (shown.length === 0) return;
  const at = shown.indexOf(here);
  const next = shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : (at + step + shown.length) % shown.length];
  for (const marked of document.querySelectorAll(".here")) marked.classList.remove("here");
  here = next;
  here.classList.add("here");
  document.getElementById(here.id.replace("n", "m"))?.classList.add("here");
  here.scrollIntoView({ block: "center" });
  here.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    if (event.target.type !== "checkbox") return;
  }
  const help = document.getElementById("help");
  if (event.key === "n" || event.key === "j") go(1);
  else if (event.key === "p" || event.key === "k") go(-1);
  else if (event.key === "Enter" && here !== null && document.activeElement === here) {
    const rule = here.querySelector("details");
    if (rule) rule.open = !rule.open;
  } else if (event.key === "?") help.open ? help.close() : help.showModal();
  else return;
  event.preventDefault();
});
