/* Adds and removes changes without asking the server. Without it the same buttons send the form. */
"use strict";

const form = document.getElementById("changes");
const rows = document.getElementById("rows");
let next = rows.children.length;

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  if (button?.value === "add") add(document.getElementById("new").value);
  else if (button && "remove" in button.dataset) remove(button.closest("fieldset"));
  else return;
  event.preventDefault();
});

function add(op) {
  const row = document.getElementById(`new-${op}`).content.firstElementChild.cloneNode(true);
  for (const element of row.querySelectorAll("[id], [for], [name], [value^='remove-']")) {
    for (const name of ["id", "for", "name", "value"]) {
      const text = element.getAttribute(name);
      if (text?.includes("NEW")) element.setAttribute(name, text.replace("NEW", next));
    }
  }
  next += 1;
  rows.append(row);
  row.querySelectorAll("[data-suggestions]").forEach((root) => combobox(root));
  row.querySelector("input:not([type=hidden]), select, textarea").focus();
}

function remove(row) {
  row.remove();
  document.getElementById("new").focus();
}
