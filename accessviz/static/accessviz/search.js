/* Type-ahead: a combobox as the ARIA Authoring Practices have it. Without it the form works alone.
   The search box opens what is chosen; a field with data-pick takes its name instead. */
"use strict";

const WAIT_MS = 120;

for (const root of document.querySelectorAll("[data-suggestions]")) combobox(root);

function combobox(root) {
  const { pick } = root.dataset;
  const input = root.querySelector("input");
  const list = root.querySelector("ul");
  const status = root.querySelector("[role=status]");
  let timer = 0;
  let asking = new AbortController();
  let active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  show(false);

  if (!pick) document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && list.children.length) show(true);
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      open(list.children[active]);
    }
  });
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget)) show(false);
  });

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const words = input.value.trim();
    if (!words) return fill([]);
    try {
      const url = `${root.dataset.suggestions}?${new URLSearchParams({ q: words, kind: pick ?? "" })}`;
      const response = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.status);
      fill((await response.json()).results);
      status.textContent = list.children.length ? `${list.children.length} ${status.dataset.some}` : status.dataset.none;
    } catch (error) {
      if (error.name === "AbortError") return;
      fill([]);
      status.textContent = status.dataset.failed;
    }
  }

  function fill(results) {
    active = -1;
    list.replaceChildren(...results.map(option));
    show(results.length > 0);
  }

  function option(found, index) {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    item.role = "option";
    item.ariaSelected = "false";
    Object.assign(item.dataset, { url: found.url, value: found.value, name: found.name });
    item.append(part("span", found.label, "quiet"), part("bdi", found.name), part("small", found.detail));
    item.addEventListener("mousedown", (event) => event.preventDefault());  // the input keeps the focus
    item.addEventListener("click", () => open(item));
    return item;
  }

  function part(tag, text, style = "") {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = style;
    return element;
  }

  function move(by) {
    const count = list.children.length;
    if (!count) return;
    active = active < 0 && by < 0 ? count - 1 : (active + by + count) % count;
    [...list.children].forEach((item, index) => { item.ariaSelected = String(index === active); });
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function show(visible) {
    list.hidden = !visible;
    input.setAttribute("aria-expanded", String(visible));
    if (!visible) {
      active = -1;
      input.removeAttribute("aria-activedescendant");
    }
  }

  function open(item) {
    if (!pick) return location.assign(item.dataset.url);
    input.value = item.dataset.value;
    root.querySelector(".hint bdi").textContent = item.dataset.value === item.dataset.name ? "" : item.dataset.name;
    show(false);
  }
}
