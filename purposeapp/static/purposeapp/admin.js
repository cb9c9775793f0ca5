// Names for what the widgets of the admin make without one: fields that search while one types, and marks with a hint.
"use strict";

function nameAfterLabel(field, id) {
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  const name = label ? label.textContent.replace("*", "").trim() : "";
  if (name) {
    field.setAttribute("aria-label", name);
  }
}

function nameAll() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const made = select.nextElementSibling;
    const fields = made ? made.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]") : [];
    fields.forEach((field) => nameAfterLabel(field, select.id));
  }
  for (const mark of document.querySelectorAll("span.help-tooltip[aria-label]:not([role])")) {
    mark.setAttribute("role", "img");
  }
}

// They are made when the page is ready and with every row that is added; nothing says so once they are there.
new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
