// The picture of the application, with counts that change.

import { layout } from "./layout.js";
import { h, s, say } from "./dom.js";
import { number } from "./format.js";
import { to } from "./parts.js";

const HEIGHT = 48;
const ICONS = {
  queue: "M1.5 4h13v8h-13zM5.8 4v8M10.2 4v8",
  "dead-letters": "M1.5 4h13v8h-13zM4.5 6l7 4M11.5 6l-7 4",
  external: "M1.5 4h13v8h-13zM5.8 4v8M10.2 4v8",
  function: "M3.5 2.5h2.3l5.2 11h2.2M7.6 6.6l-4.3 6.9",
  api: "M5 4 1.5 8 5 12M11 4l3.5 4L11 12M9.2 3 6.8 13",
  schedule: "M8 2a6 6 0 1 0 .01 0zM8 4.8V8l2.4 1.6",
  table: "M2 2.8h12v10.4H2zM2 6.2h12M2 9.7h12M6.2 6.2v7",
};
const COLOURS = { "dead-letters": "queue", external: "queue" };

const canvas = document.createElement("canvas").getContext("2d");

function width(text, font) {
  canvas.font = `${font} system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Helvetica, Arial, sans-serif`;
  return canvas.measureText(text).width;
}

const cut = (text, most = 30) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** A task and the queue that it alone reads are one box. */
function boxesOf(graph) {
  const node = new Map(graph.nodes.map((one) => [one.id, one]));
  const readers = new Map();
  for (const edge of graph.edges) {
    if (edge.kind === "triggers" && node.get(edge.from)?.kind === "queue") readers.set(edge.from, [...(readers.get(edge.from) ?? []), edge.to]);
  }
  const home = new Map();
  const boxes = [];
  for (const one of graph.nodes) {
    const only = readers.get(one.id);
    if (one.kind === "queue" && only?.length === 1) continue;
    const queue = graph.edges.find((edge) => edge.to === one.id && edge.kind === "triggers" && readers.get(edge.from)?.length === 1)?.from;
    const box = { id: one.id, node: one, queue: queue ? node.get(queue) : null, h: HEIGHT };
    const isOther = box.queue && box.queue.detail.startsWith("somebody");
    box.title = cut(one.label);
    box.hint = isOther ? cut(box.queue.label) : one.detail;
    const text = Math.max(width(box.title, "600 13px"), width(cut(box.hint), "11px"), one.kind === "function" ? 104 : 0);
    box.left = box.queue ? 72 : one.kind === "dead-letters" ? 30 : 0;
    box.w = Math.ceil(box.left + text + 46);
    boxes.push(box);
    home.set(one.id, box.id);
    if (queue) home.set(queue, box.id);
  }
  const edges = [];
  for (const edge of graph.edges) {
    const [from, end] = [home.get(edge.from), home.get(edge.to)];
    if (from === undefined || end === undefined || (from === end && edge.kind === "triggers")) continue;
    edges.push({ ...edge, from, to: end, source: edge.from, target: edge.to });
  }
  return { boxes, edges };
}

function path(points) {
  let text = `M${points[0].x} ${points[0].y}`;
  for (let at = 1; at < points.length; at++) {
    const [one, two] = [points[at - 1], points[at]];
    const middle = (one.x + two.x) / 2;
    text += one.y === two.y ? `L${two.x} ${two.y}` : `C${middle} ${one.y} ${middle} ${two.y} ${two.x} ${two.y}`;
  }
  return text;
}

/** Lets edges leave and enter a box one below the other. */
function ports(boxes, edges) {
  for (const box of boxes) {
    for (const [side, other] of [["from", "to"], ["to", "from"]]) {
      const here = edges.filter((edge) => edge[side] === box.id && edge.from !== edge.to);
      const y = (edge) => boxes.find((one) => one.id === edge[other]).y;
      here.sort((one, two) => y(one) - y(two));
      const step = Math.min(9, 30 / Math.max(1, here.length - 1));
      here.forEach((edge, at) => {
        edge.shift ??= {};
        edge.shift[box.id] = (at - (here.length - 1) / 2) * step;
      });
    }
  }
}

/** The picture, and what shows counts in it. */
export function draw(graph) {
  const { boxes, edges } = boxesOf(graph);
  layout(boxes, edges);
  ports(boxes, edges);
  const size = layout(boxes, edges);
  const pad = 8;
  const picture = s("svg", { width: size.width + 2 * pad, height: size.height + 2 * pad, viewBox: `${-pad} ${-pad} ${size.width + 2 * pad} ${size.height + 2 * pad}`,
    role: "img", "aria-label": `the application ${graph.name}`, style: { "min-width": `${Math.round(size.width * 0.74)}px` } });
  const updates = [];
  const rank = { dead: 0, later: 1 };
  for (const edge of [...edges].sort((one, two) => (rank[one.kind] ?? 2) - (rank[two.kind] ?? 2))) drawEdge(picture, edge, graph, updates);
  for (const box of boxes) drawBox(picture, box, updates);
  return { element: h("div", { class: "graph" }, picture), update: (live) => updates.forEach((update) => update(live)) };
}

function drawEdge(picture, edge, graph, updates) {
  if (edge.points.length < 2) return;
  const points = edge.points.map((point) => ({ ...point }));
  const tip = points.at(-1);
  const side = Math.sign(tip.x - points.at(-2).x) || 1;
  const end = { ...tip };
  tip.x -= side * 7;
  picture.append(s("path", { class: "edge", "data-kind": edge.kind, d: path(points) }),
    s("path", { class: "tip", "data-kind": edge.kind, d: `M${end.x} ${end.y}l${-side * 8} -4v8z` }));
  if (edge.kind === "dead") return;
  const at = Math.floor((points.length - 1) / 2);
  const [one, two] = [points[at], points[at + 1]];
  const word = s("text", { class: "word", x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 + 4 });
  picture.append(word);
  const queues = graph.nodes.find((node) => node.id === edge.target)?.queues ?? [];
  const names = new Set(queues.length ? queues : [edge.target]);
  const sends = edge.kind !== "triggers";
  updates.push((live) => {
    const count = sends ? live.sends.filter(([from, where]) => from === edge.source && names.has(where)).reduce((sum, [, , some]) => sum + some, 0) : 0;
    say(word, [edge.label, count ? number(count) : ""].filter(Boolean).join(" "));
  });
}

const colour = (kind) => COLOURS[kind] ?? kind;
const icon = (kind, x, y) => s("path", { class: "icon", d: ICONS[kind] ?? ICONS.queue, transform: `translate(${x} ${y})`, stroke: `var(--${colour(kind)})` });

function drawBox(picture, box, updates) {
  const { node, x, y, w, left } = box;
  const kind = colour(node.kind);
  const holder = s("g", { transform: `translate(${x} ${y})` });
  const rect = (from, wide, of, props) => s("rect", { class: "box", x: from, y: 0, width: wide, height: HEIGHT, rx: 8, fill: `var(--${of}-ground)`, stroke: `var(--${of})`, ...props });
  if (box.queue) {
    const goes = s("a", { href: to("messages", { queue: box.queue.queues[0] }) }, rect(0, left + 8, "queue"), s("title", null, box.queue.queues.join(", ")));
    queuePart(goes, box.queue.queues, "queue", updates);
    holder.append(goes);
  }
  const from = node.kind === "dead-letters" ? 0 : left;
  const href = { function: to("runs", { task: node.id }), "dead-letters": to("dead", { queue: node.queues[0] }), queue: to("messages", { queue: node.queues[0] }), schedule: to("send", {}), api: to("requests", {}) }[node.kind];
  const part = s(href ? "a" : "g", href ? { href } : null, rect(from, w - from, kind), s("title", null, node.label));
  if (node.kind === "dead-letters") queuePart(part, node.queues, "dead-letters", updates);
  else part.append(icon(node.kind, from + 11, HEIGHT / 2 - 8));
  part.append(s("text", { class: "label", x: left + 36, y: 21 }, box.title));
  const detail = s("text", { class: "detail", x: left + 36, y: 37 }, cut(box.hint));
  part.append(detail);
  if (node.kind === "function") functionPart(part, detail, box, updates);
  holder.append(part);
  picture.append(holder);
}

/** How many messages wait, and how many are in flight. */
function queuePart(part, queues, kind, updates) {
  const big = s("text", { class: "big", x: 32, y: 22 }, "0");
  const small = s("text", { class: "detail", x: 10, y: 39 }, "");
  part.append(icon(kind, 9, 8), big, small);
  updates.push((live) => {
    const all = queues.map((name) => live.queues[name]).filter(Boolean);
    const sum = (name) => all.reduce((total, queue) => total + queue[name], 0);
    const compact = (count) => (count < 10000 ? String(count) : `${Math.round(count / 1000)}k`);
    say(big, compact(sum("ready")));
    const parts = [];
    if (all.some((queue) => queue.paused)) parts.push("paused");
    if (sum("in_flight")) parts.push(`${compact(sum("in_flight"))} in flight`);
    else if (sum("delayed")) parts.push(`${compact(sum("delayed"))} delayed`);
    say(small, kind === "dead-letters" ? "" : parts[0] ?? "");
    small.setAttribute("class", parts[0] === "paused" ? "detail failed" : "detail");
  });
}

/** How often a task ran, and what came of it. */
function functionPart(part, detail, box, updates) {
  const dot = s("circle", { class: "pulse", cx: box.w - 14, cy: 16, r: 4, fill: "var(--function)" });
  part.append(dot);
  const [runs, failed] = [s("tspan", null, ""), s("tspan", { class: "failed" }, "")];
  updates.push((live) => {
    const task = live.tasks[box.node.id];
    if (!task) return;
    dot.setAttribute("visibility", task.running ? "visible" : "hidden");
    if (!task.runs && !task.running) return;
    if (!runs.parentNode) detail.replaceChildren(runs, failed);
    say(runs, `${number(task.runs)} ${task.runs === 1 ? "run" : "runs"}`);
    say(failed, task.failed ? ` · ${number(task.failed)} failed` : "");
  });
}
