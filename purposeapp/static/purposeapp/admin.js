// Names and roles for what the widgets of the admin make without: fields that search while one types, marks with a hint.
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
  for (const clear of document.querySelectorAll("ul > .select2-selection__clear:not([role])")) {
    clear.setAttribute("role", "listitem"); // a list has nothing else in it
  }
  for (const mark of document.querySelectorAll("span.help-tooltip[aria-label]:not([role])")) {
    mark.setAttribute("role", "img");
  }
}

// They are made when the page is ready and with every row that is added; nothing says so once they are there.
new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
