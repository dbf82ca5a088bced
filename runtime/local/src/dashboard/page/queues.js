// Queues and their event source mappings.

import { call } from "./api.js";
import { ask, h, list, toast } from "./dom.js";
import { duration, number, plural } from "./format.js";
import { action, card, command, follow, pill, since, spark, to } from "./parts.js";

const cell = (name, props, ...children) => h("td", { "data-name": name, ...props }, ...children);
const count = (name, value, href) => cell(name, { class: `number ${value ? "" : "zero"}` }, value ? h("a", { href }, number(value)) : "0");

export function queues(root, params, context) {
  const body = h("tbody");
  root.append(h("div", { class: "head" }, h("h1", null, "Queues")),
    card("All queues", { end: h("span", { class: "faint" }, "counts of now; the line is the last ten minutes of the clock") }, h("div", { class: "scroll" },
      h("table", { class: "cards" }, h("thead", null, h("tr", null,
        ["Queue", "Ready", "In flight", "Delayed", "Dead", "Oldest", "Handled", "Per minute", "", ""].map((label, at) => h("th", { class: at > 0 && at < 8 ? "right" : null }, label)))), body))));
  const refresh = follow(context, (signal) => call("queue ls", {}, signal), ({ queues: all }) => list(body, all, (queue) => queue.name, (queue) => row(queue, refresh)));
}

function row(queue, refresh) {
  const { counts } = queue;
  const isLetters = queue.role === "dead-letters";
  const messages = (state) => (isLetters ? to("dead", { queue: queue.name }) : to("messages", { queue: queue.name, state }));
  return h("tr", null,
    cell(null, { class: "whole" }, h("div", { class: "two" },
      h("div", { class: "row" }, h("a", { href: messages(), class: "break" }, h("b", null, queue.name)), tags(queue)),
      h("small", null, about(queue)))),
    isLetters ? cell("Ready", { class: "number zero" }, "–") : count("Ready", counts.ready, messages("ready")),
    count("In flight", counts.in_flight, messages("in-flight")),
    count("Delayed", counts.delayed, messages("delayed")),
    isLetters ? count("Dead", counts.ready, messages()) : count("Dead", counts.dead, to("dead", { queue: queue.dead_letters, task: queue.task })),
    cell("Oldest", { class: "number" }, since(counts.oldest)),
    cell("Handled", { class: `number ${counts.done ? "" : "zero"}` }, number(counts.done)),
    cell("Per minute", { class: `number ${counts.per_minute ? "" : "zero"}` }, number(counts.per_minute)),
    cell(null, { class: "pace" }, spark(queue.pace)),
    cell(null, { class: "whole right" }, h("div", { class: "row end" }, mapping(queue, refresh), purge(queue, refresh))));
}

function tags(queue) {
  return [queue.fifo && pill("plain", "FIFO"), queue.lane !== null && pill("plain", `lane ${queue.lane}`), queue.counts.paused && pill("warn", "paused"), queue.role === "former" && pill("plain", "of an earlier version"), queue.role === "external" && pill("plain", "another application")];
}

function about(queue) {
  if (queue.role === "dead-letters") return `dead letters, kept for ${duration(queue.retention)}`;
  if (!queue.task) return "nobody reads it";
  const redrive = queue.most_receives ? `, dead after ${plural(queue.most_receives, "receive")}` : "";
  return `${queue.task} reads ${queue.batch_size === 1 ? "one message" : `up to ${queue.batch_size}`} at a time, hidden for ${duration(queue.visibility)}${redrive}`;
}

function mapping(queue, refresh) {
  if (queue.counts.paused === null) return null;
  const [label, name] = queue.counts.paused ? ["Resume", "queue resume"] : ["Pause", "queue pause"];
  return action(label, name, () => ({ queue: queue.name }), () => call(name, { queue: queue.name }).then(refresh), { class: "small" });
}

function purge(queue, refresh) {
  const params = { queue: queue.name };
  return action("Purge", "queue purge", () => params, async () => {
    const { messages } = await call("queue purge", { ...params, count: true });
    if (!messages) {
      toast(`${queue.name} is empty`);
      return;
    }
    const body = h("div", { class: "stack" }, h("p", null, `Deletes ${plural(messages, "message")} of `, h("b", null, queue.name), ", those in flight too, for good."), command("queue purge", params));
    if (await ask({ title: "Purge the queue?", body, confirm: `Delete ${plural(messages, "message")}`, danger: true })) {
      const done = await call("queue purge", params);
      toast(`${plural(done.messages, "message")} deleted`);
      refresh();
    }
  }, { class: "small" });
}

