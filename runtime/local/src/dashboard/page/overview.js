// What the application is, and what happens in it now.

import { call, onPicture } from "./api.js";
import { fillWith, h, list, say } from "./dom.js";
import { number } from "./format.js";
import { draw } from "./graph.js";
import { card, empty, follow, link, since, to } from "./parts.js";
import { comingRow, grouped } from "./clock.js";

export function overview(root, params, context) {
  const { app } = context;
  const graph = draw(app.graph);
  const tile = (label, href, kind) => {
    const count = h("b", null, "0");
    const words = h("span", null, label);
    const element = h("a", { class: "tile", href, "data-kind": kind }, count, words);
    return { element, count, words };
  };
  const tiles = {
    ready: tile("ready", to("messages", { state: "ready" })),
    flight: tile("in flight", to("messages", { state: "in-flight" })),
    later: tile("delayed or for later", to("clock")),
    dead: tile("dead letters", to("dead")),
    done: tile("handled, per minute", to("queues")),
    runs: tile("runs", to("runs")),
    failed: tile("failed", to("runs", { failed: true })),
  };
  const errors = h("div", null);
  const next = h("tbody");
  const none = h("div");
  root.append(
    h("div", { class: "tiles" }, Object.values(tiles).map((one) => one.element)),
    card("Application", { end: h("span", { class: "faint" }, `${app.tasks.length} tasks, ${app.queues.length} queues`) }, graph.element),
    h("div", { class: "columns" },
      card("Newest errors", { end: link("errors", {}, "All errors") }, errors),
      card("Next by the clock", { end: link("clock", {}, "Clock") }, h("table", null, next), none)));
  follow(context, (signal) => call("clock show", {}, signal), (answer) => {
    const coming = grouped(answer.coming).slice(0, 6);
    list(next, coming, (one) => `${one.kind} ${one.of}`, comingRow);
    fillWith(none, coming.length === 0 && empty("Nothing waits for a time."));
  });
  const names = (role) => app.queues.filter((queue) => (queue.role === "dead-letters") === role).map((queue) => queue.name);
  const [letters, others] = [names(true), names(false)];
  onPicture((picture) => {
    graph.update(picture);
    const sum = (all, key) => all.reduce((total, name) => total + (picture.queues[name]?.[key] ?? 0), 0);
    const tasks = Object.values(picture.tasks);
    const total = (key) => tasks.reduce((count, task) => count + task[key], 0);
    const dead = sum(letters, "ready");
    const values = { ready: sum(others, "ready"), flight: sum(others, "in_flight"), later: sum(others, "delayed") + picture.later, dead, done: sum(others, "per_minute"), runs: total("runs"), failed: total("failed") };
    for (const [key, value] of Object.entries(values)) say(tiles[key].count, number(value));
    tiles.dead.element.dataset.kind = dead ? "bad" : "";
    tiles.failed.element.dataset.kind = values.failed ? "bad" : "";
    say(tiles.runs.words, total("running") ? `runs, ${total("running")} now` : "runs");
    showErrors(errors, picture.errors);
  }, context.signal);
}

function showErrors(root, errors) {
  if (!errors.length) {
    list(root, ["none"], (one) => one, () => empty("No run has failed since the program started."));
    return;
  }
  list(root, errors, (one) => one.pattern, (one) => h("div", { class: "attempt" },
    h("div", { class: "problem" }, one.text),
    h("div", { class: "row soft" }, h("span", null, one.tasks.join(", ")), h("span", null, `${number(one.count)} ×`), since(one.last), link("run", { id: one.run }, "newest run"))));
}
