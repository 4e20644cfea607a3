"use strict";
// Seasoning only: the table is complete and in order without this script.
const table = document.querySelector(".index");
const rows = () => [...table.tBodies[0].rows];
const search = document.querySelector(".search");
search.hidden = false;

search.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  for (const row of rows()) row.hidden = !row.textContent.toLowerCase().includes(wanted);
});

function sortBy(head, index) {
  const down = head.getAttribute("aria-sort") === "descending";
  const value = (row) => row.cells[index].textContent;
  const order = (one, other) => {
    const left = Number.parseFloat(value(one)), right = Number.parseFloat(value(other));
    const known = Number.isNaN(left) || Number.isNaN(right) ? value(one).localeCompare(value(other), "zh") : left - right;
    return down ? known : -known;
  };
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "ascending" : "descending");
  table.tBodies[0].append(...rows().sort(order));
}

[...table.tHead.rows[0].cells].forEach((head, index) => {
  head.querySelector("button").addEventListener("click", () => sortBy(head, index));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    search.focus();
    event.preventDefault();
  }
});
