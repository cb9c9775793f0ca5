/* Draws the access graph with Cytoscape: a column for each kind, from the user on the left to purposes on the right.
   Policies and purposes of a large graph stay folded until the group or role that leads to them is expanded, or they are looked for. */
"use strict";

const KINDS = ["user", "group", "role", "all", "policy", "purpose"];
const FOLDED_KINDS = new Set(["policy", "purpose"]);
const ME = "0"; // ids are places among the nodes, and the user is the first
const SMALL = 150;
const NAMED = 2; // of a kind, in what is said of a node; more are counted
const ROW = 44;
const NODE = 26;
const BESIDE = 6; // from a node to its label
const [LEAST_GAP, GAP] = [12, 48]; // from the longest label of a column to the next column
const LABELS = [40, 30, 24, 18]; // letters: the first of these with which everything fits side by side
const FONT_SIZE = 13;
const LEAST_ZOOM = 11 / FONT_SIZE; // names of 11 pixels
const MOST_ZOOM = 1.5;
const MARGIN = 20;
const STEP = 60;
const WAYS = { ArrowLeft: { x: STEP }, ArrowRight: { x: -STEP }, ArrowUp: { y: STEP }, ArrowDown: { y: -STEP } };
const FACTORS = { "+": 1.25, "-": 0.8 };

const root = document.getElementById("graph");
if (root && typeof cytoscape === "function") start(root);

async function start(section) {
  const status = section.querySelector("[role=status]");
  try {
    const response = await fetch(section.dataset.facts);
    if (!response.ok) throw new Error(response.status);
    picture(section, status, await response.json());
  } catch {
    section.querySelector(".canvas").hidden = true;
    status.textContent = status.dataset.failed;
  }
}

function picture(section, status, facts) {
  const theme = colours(section);
  const words = wordsOf(section);
  const canvas = section.querySelector(".canvas");
  canvas.replaceChildren();
  const cy = cytoscape({
    container: canvas, elements: elements(facts), style: style(theme), layout: { name: "preset" },
    minZoom: 0.05, maxZoom: 3, boxSelectionEnabled: false, autoungrabify: false,
  });
  const ids = cy.nodes().map((node) => node.id());
  const hiddenKinds = new Set();
  const expanded = new Set(ids.length > SMALL ? [ME] : ids);
  const sought = new Set(); // what is shown because somebody looked for it, though what leads there is folded
  const focusLine = focusOf(section, status, words);
  let focused = null;
  const title = (node) => `${node.data("label")} (${words[node.data("kind")].one})`;
  section.querySelector("datalist").replaceChildren(...cy.nodes().map((node) => new Option("", title(node))));

  function arrange() {
    cy.batch(() => {
      const reached = reach();
      cy.nodes().forEach((node) => {
        node.toggleClass("out", !reached.has(node.id()) || hiddenKinds.has(node.data("kind")));
        node.toggleClass("folded", hidesSomething(node, reached));
      });
      place(drawn(), (cy.width() - 2 * MARGIN) / LEAST_ZOOM);
    });
    section.dataset.drawn = String(drawn().length);
  }

  function drawn() {
    return cy.nodes().not(".out");
  }

  /* What is unfolded: from the user along the edges; a policy or purpose only behind somebody who is expanded. */
  function reach() {
    const reached = new Set([ME]);
    const todo = [ME];
    while (todo.length) {
      const source = cy.getElementById(todo.pop());
      const open = FOLDED_KINDS.has(source.data("kind")) || expanded.has(source.id());
      source.outgoers("node").forEach((target) => {
        const closed = FOLDED_KINDS.has(target.data("kind")) && !open && !sought.has(target.id());
        if (closed || reached.has(target.id())) return;
        reached.add(target.id());
        todo.push(target.id());
      });
    }
    return reached;
  }

  function hidesSomething(node, reached) {
    return node.outgoers("node").some((target) => !reached.has(target.id()));
  }

  function folds(node) {
    return !FOLDED_KINDS.has(node.data("kind")) && node.outgoers("node").some((target) => FOLDED_KINDS.has(target.data("kind")));
  }

  function focus(node) {
    focused = node;
    cy.elements().removeClass("lit faded");
    if (!node) return focusLine.clear();
    const lit = node.union(node.predecessors()).union(node.successors());
    cy.elements().not(lit).addClass("faded");
    lit.addClass("lit");
    focusLine.tell(node, title(node), folds(node) ? expanded.has(node.id()) : null);
  }

  /* Unfolds what leads to a node and nothing else. */
  function seek(node) {
    sought.clear();
    node.union(node.predecessors("node")).forEach((each) => { sought.add(each.id()); });
    arrange();
    focus(node);
    bring(node);
  }

  function find(text) {
    const found = meant(text);
    if (found.length === 1) return seek(found[0]);
    focus(null);
    if (text.trim()) focusLine.say(found.length ? "several" : "none", { count: found.length, text });
  }

  /* Whom a text means: what it names in full, else all that it is a part of. */
  function meant(text) {
    const wanted = text.trim().toLocaleLowerCase();
    const named = cy.nodes().toArray().filter((node) => wanted && title(node).toLocaleLowerCase().includes(wanted));
    const whole = named.find((node) => title(node).toLocaleLowerCase() === wanted);
    if (whole) return [whole];
    const called = named.filter((node) => node.data("label").toLocaleLowerCase() === wanted);
    return called.length ? called : named;
  }

  function turn() {
    if (!focused || !folds(focused)) return;
    sought.clear();
    if (!expanded.delete(focused.id())) expanded.add(focused.id());
    arrange();
    focus(focused);
    bring(focused);
  }

  function whole() {
    cy.fit(drawn(), MARGIN);
  }

  /* The whole picture as long as names can be read in it; else as much of it as does from the user on. */
  function show() {
    whole();
    cy.zoom(Math.min(Math.max(cy.zoom(), LEAST_ZOOM), MOST_ZOOM));
    cy.center(drawn());
    const left = drawn().renderedBoundingBox().x1;
    if (left < 0) cy.panBy({ x: MARGIN - left, y: 0 });
  }

  function bring(node) {
    show();
    const { x1, y1, x2, y2 } = node.renderedBoundingBox();
    if (x1 < 0 || y1 < 0 || x2 > cy.width() || y2 > cy.height()) cy.center(node);
  }

  cy.on("tap", "node", (event) => {
    const node = event.target;
    if (folds(node)) expanded.add(node.id());
    arrange();
    focus(node);
  });
  cy.on("tap", (event) => { if (event.target === cy) focus(null); });
  const search = section.querySelector("input[type=search]");
  search.addEventListener("change", () => find(search.value));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && focused && meant(search.value)[0] === focused) turn();
  });
  canvas.addEventListener("keydown", (event) => {
    const [way, factor] = [WAYS[event.key], FACTORS[event.key]];
    if (event.ctrlKey || event.metaKey || event.altKey || !(way || factor)) return;
    event.preventDefault();
    if (way) cy.panBy(way);
    else cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  });
  section.querySelector(".legend").addEventListener("change", (event) => {
    hiddenKinds[event.target.checked ? "delete" : "add"](event.target.value);
    arrange();
  });
  const actions = {
    turn,
    expand: () => { ids.forEach((id) => expanded.add(id)); arrange(); focus(focused); show(); },
    collapse: () => { expanded.clear(); sought.clear(); focus(null); arrange(); show(); },
    fit: whole,
    svg: () => save(new Blob([svg(cy, theme)], { type: "image/svg+xml" }), "svg"),
    png: () => save(cy.png({ output: "blob", full: true, bg: theme.card, maxWidth: 8000, maxHeight: 8000 }), "png"),
  };
  section.addEventListener("click", (event) => actions[event.target.dataset.do]?.());
  arrange();
  show();
}

/* What is said of the node in focus, the button that folds it, and the link to its page. */
function focusOf(section, status, words) {
  const [hint, says] = [status.textContent, status.dataset];
  const button = section.querySelector("[data-do=turn]");
  const link = section.querySelector(".focus a");
  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function clear() {
    status.textContent = hint;
    button.hidden = link.hidden = true;
  }

  /* Of each kind by name as long as they are few. */
  function named(nodes) {
    return KINDS.flatMap((kind) => {
      const labels = nodes.filter((node) => node.data("kind") === kind).map((node) => node.data("label"));
      return labels.length <= NAMED ? labels : [`${labels.length} ${words[kind].many}`];
    }).join(", ");
  }

  /* `open`: whether it is unfolded, null where nothing can be. */
  function tell(node, title, open) {
    const ends = { from: node.incomers("node"), to: node.outgoers("node") };
    const ways = Object.keys(ends).filter((end) => ends[end].nonempty()).map((end) => fill(says[end], { names: named(ends[end]) }));
    if (open === false) ways.push(says.folded);
    status.textContent = [title, node.data("detail"), ways.join("; ")].filter(Boolean).join(" · ");
    button.hidden = open === null;
    button.textContent = open ? button.dataset.fold : button.dataset.unfold;
    link.hidden = !node.data("url");
    link.href = node.data("url");
  }

  return { clear, tell, say: (what, values) => { status.textContent = fill(says[what], values); } };
}

/* One and many of each kind, from the legend. */
function wordsOf(section) {
  return Object.fromEntries([...section.querySelectorAll(".legend input")].map((box) => [box.value, box.dataset]));
}

function elements(facts) {
  return [
    ...facts.nodes.map((node, id) => ({ data: { ...node, id: `${id}`, short: node.label }, classes: node.state })),
    ...facts.edges.map(([source, target, counts]) => ({
      data: { id: `${source}-${target}`, source: `${source}`, target: `${target}` },
      classes: counts ? "counts" : "",
    })),
  ];
}

/* A column for each kind, several where groups or roles lie inside one another, as wide as its longest label; closer to each
   other and with shorter labels where that makes them fit into the room. In a column everything stands at the mean height of
   what leads there, so that lines cross less. */
function place(nodes, room) {
  const stacks = KINDS.flatMap((kind) => columns(nodes.filter((node) => node.data("kind") === kind)));
  const tries = LABELS.map((longest) => sideBySide(stacks, longest, room));
  const { longest, widths, gap } = tries.find((each) => each.gap >= LEAST_GAP) ?? { ...tries[0], gap: GAP };
  nodes.forEach((node) => { node.data("short", shortened(node, longest)); });
  const heights = new Map();
  let x = 0;
  stacks.forEach((column, number) => {
    stack(column, x, heights);
    x += widths[number] + gap;
  });
}

/* How wide columns are, and what is between them if they are to fill the room, with labels of at most so many letters. */
function sideBySide(stacks, longest, room) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${FONT_SIZE}px sans-serif`;
  const widths = stacks.map((column) => NODE + BESIDE + Math.max(...column.map((node) => pen.measureText(shortened(node, longest)).width)));
  const spare = room - widths.reduce((sum, width) => sum + width, 0);
  return { longest, widths, gap: Math.min(spare / (stacks.length - 1), GAP) };
}

function shortened(node, longest) {
  const label = node.data("label");
  return label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
}

/* Nodes of one kind by how many steps among themselves lead there; loops end at who was placed before. */
function columns(own) {
  const found = [];
  const placed = new Set();
  let next = own.filter((node) => node.incomers("node").intersection(own).empty());
  if (next.empty()) next = own;
  while (next.nonempty()) {
    found.push(next.toArray());
    next.forEach((node) => { placed.add(node.id()); });
    next = next.outgoers("node").intersection(own).filter((node) => !placed.has(node.id()));
  }
  const loops = own.filter((node) => !placed.has(node.id()));
  return loops.nonempty() ? [...found, loops.toArray()] : found;
}

function stack(column, x, heights) {
  const wish = (node) => {
    const above = node.incomers("node").map((each) => heights.get(each.id())).filter((height) => height !== undefined);
    return above.length ? above.reduce((sum, height) => sum + height, 0) / above.length : 0;
  };
  const wishes = new Map(column.map((node) => [node.id(), wish(node)]));
  column.sort((a, b) => wishes.get(a.id()) - wishes.get(b.id()) || a.data("label").localeCompare(b.data("label")));
  column.forEach((node, row) => {
    const y = (row - (column.length - 1) / 2) * ROW;
    heights.set(node.id(), y);
    node.position({ x, y });
  });
}

function colours(section) {
  const styles = getComputedStyle(section);
  return Object.fromEntries([...KINDS, "ink", "card", "line", "edge", "no"].map((name) => [name, styles.getPropertyValue(`--${name}`).trim()]));
}

function style(theme) {
  return [
    { selector: "node", style: {
      shape: "round-rectangle", width: NODE, height: NODE, label: "data(short)", color: theme.ink, "font-size": FONT_SIZE, "font-family": "sans-serif",
      "text-background-color": theme.card, "text-background-opacity": 0.85, "text-background-padding": 1,
      "text-valign": "center", "text-halign": "right", "text-margin-x": BESIDE, "border-width": 1, "border-color": theme.ink } },
    ...KINDS.map((kind) => ({ selector: `node[kind = "${kind}"]`, style: { "background-color": theme[kind] } })),
    { selector: "node.none, node.listed", style: { "background-opacity": 0.25, "border-style": "dashed" } },
    { selector: "node.refuses", style: { "border-color": theme.no, "border-width": 3, "border-style": "double" } },
    { selector: "node.folded", style: { "border-width": 4, "border-style": "double" } },
    { selector: "edge", style: {
      width: 1, "line-color": theme.edge, "line-style": "dashed", "curve-style": "straight",
      "target-arrow-shape": "triangle", "target-arrow-color": theme.edge, "arrow-scale": 0.7 } },
    { selector: "edge.counts", style: { "line-style": "solid", width: 1.5 } },
    { selector: ".faded", style: { opacity: 0.15 } },
    { selector: "edge.lit", style: { width: 2.5 } },
    { selector: ".out", style: { display: "none" } },
  ];
}

/* The picture as SVG, from the positions that Cytoscape has. Names become text nodes, so that no name is ever markup. */
function svg(cy, theme) {
  const space = "http://www.w3.org/2000/svg";
  const make = (tag, attributes, parent, text) => {
    const element = document.createElementNS(space, tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    if (text !== undefined) element.textContent = text;
    parent?.append(element);
    return element;
  };
  const shown = cy.nodes().not(".out");
  const box = shown.boundingBox();
  const image = make("svg", { viewBox: `${box.x1 - 20} ${box.y1 - 20} ${box.w + 40} ${box.h + 40}`, "font-family": "sans-serif", "font-size": FONT_SIZE });
  make("rect", { x: box.x1 - 20, y: box.y1 - 20, width: box.w + 40, height: box.h + 40, fill: theme.card }, image);
  cy.edges().filter((edge) => edge.visible()).forEach((edge) => {
    const [from, to] = [edge.source().position(), edge.target().position()];
    make("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: theme.edge, "stroke-dasharray": edge.hasClass("counts") ? "none" : "5 4" }, image);
  });
  shown.forEach((node) => {
    const { x, y } = node.position();
    const group = make("g", {}, image);
    make("title", {}, group, `${node.data("label")} (${node.data("kind")}) ${node.data("detail")}`);
    make("rect", { x: x - NODE / 2, y: y - NODE / 2, width: NODE, height: NODE, rx: 5, fill: theme[node.data("kind")], stroke: theme.ink }, group);
    make("text", { x: x + NODE / 2 + BESIDE, y: y + 4, fill: theme.ink }, group, node.data("short"));
  });
  return new XMLSerializer().serializeToString(image);
}

function save(blob, ending) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `access-graph.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
