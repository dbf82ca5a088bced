// Runs of tasks, and among them the requests to the API.

import { call } from "./api.js";
import { fillWith, h, list, toast } from "./dom.js";
import { duration, plural, short } from "./format.js";
import { action, at, card, command, empty, follow, link, pager, pill, since, textCard, to } from "./parts.js";
import { filters } from "./messages.js";
import { log } from "./message.js";

const CAUSES = ["messages", "schedule", "request", "call", "manual"];
const STARTED = { messages: "by messages", schedule: "by its schedule", call: "by a call", manual: "by hand" };

const state = (run) => (run.failed === null ? pill("in-flight", "running") : run.failed ? pill("bad", run.kind ?? "failed") : pill("good", "done"));
const status = (run) => run.status && pill(run.status >= 500 ? "bad" : run.status >= 400 ? "warn" : "good", run.status);

export function runs(root, params, context) {
  const { app } = context;
  const given = { task: params.task, cause: params.cause, failed: params.failed === "true", error: params.error, after: params.after };
  page(root, context, given, params, "runs", "Runs", [
    { name: "task", label: "any task", choices: app.tasks.map((task) => task.id) },
    { name: "cause", label: "any cause", choices: CAUSES },
    { name: "failed", label: "failed or not", choices: [["true", "failed"]] },
    { name: "error", label: "text in the error", wide: true },
  ], null);
}

export function requests(root, params, context) {
  const tasks = context.app.tasks.filter((task) => task.route);
  const given = { cause: "request", task: params.task, failed: params.failed === "true", after: params.after };
  const offers = tasks.some((task) => task.offers.request);
  page(root, context, given, params, "requests", "Requests", [
    { name: "task", label: "any task", choices: tasks.map((task) => task.id) },
    { name: "failed", label: "failed or not", choices: [["true", "failed"]] },
  ], offers);
}

function page(root, context, given, params, name, title, fields, offers) {
  const isRequests = name === "requests";
  const body = h("tbody");
  const under = h("div");
  root.append(h("div", { class: "head" }, h("h1", null, title), h("span", { class: "room" }), isRequests && offers && h("a", { class: "button", href: to("send", { kind: "request" }) }, "New request")),
    filters(name, params, fields),
    h("section", { class: "card" }, h("table", { class: "cards" }, h("thead", null, h("tr", null,
      h("th", null, isRequests ? "Request" : "Run"), h("th", null, ""), h("th", null, isRequests ? "Task" : "Started"), h("th", { class: "right" }, "Took"), h("th", { class: "right" }, "Began"), h("th", null, ""))), body), under),
    h("div", { class: "row" }, command("run ls", given)));
  follow(context, (signal) => call("run ls", given, signal), (answer) => {
    list(body, answer.runs, (run) => run.id, (run) => row(run, isRequests, offers));
    under.replaceChildren(answer.runs.length ? pager(name, params, answer.next) : empty(isRequests ? "The API has had no request yet." : "No run matches."));
  });
}

function row(run, isRequests, offers) {
  const href = to("run", { id: run.id });
  const started = run.cause === "request" ? run.line : STARTED[run.cause];
  return h("tr", { class: "goes", onclick: (event) => {
    if (!event.target.closest("a, button") && !getSelection().toString()) location.hash = href;
  } },
  h("td", { class: "wide whole" }, h("div", { class: "two" }, h("a", { href, class: "cut" }, isRequests ? h("span", { class: "mono" }, run.line) : h("b", null, run.task)), run.problem && h("span", { class: "bad cut" }, run.problem))),
  h("td", null, h("div", { class: "row" }, isRequests && status(run), (!isRequests || !run.status) && state(run))),
  h("td", { class: "whole" }, isRequests ? run.task : h("span", { class: "soft break" }, run.messages > 1 ? `by ${run.messages} messages` : started)),
  h("td", { class: "number", "data-name": "Took" }, duration(run.millis)),
  h("td", { class: "number", "data-name": "Began" }, since(run.began)),
  h("td", { class: "number" }, isRequests && offers ? replay(run) : run.chain && link("chain", { id: run.chain }, "chain")));
}

function replay(run, props = { class: "small" }) {
  return action("Replay", "run replay", () => ({ id: run.id }), async () => {
    const answer = await call("run replay", { id: String(run.id) });
    toast(`answered ${answer.status}`, answer.status >= 500 ? "bad" : "good", answer.run && { href: to("run", { id: answer.run }), text: `run ${answer.run}` });
  }, props);
}

/** One run. */
export function run(root, params, context) {
  const offers = context.app.tasks.some((task) => task.offers.request);
  follow(context, (signal) => call("run show", { id: params.id }, signal), (one) => {
    const scrolled = scrollY;
    fillWith(root,
      h("div", { class: "head" }, h("h1", null, one.cause === "request" ? h("span", { class: "mono" }, one.line) : one.task), state(one), status(one),
        h("span", { class: "sub" }, `run ${one.id}${one.cause === "request" ? ` of ${one.task}` : ""}, `, at(one.began), `, ${duration(one.millis)}`),
        h("span", { class: "room" }), one.chain && h("a", { class: "button", href: to("chain", { id: one.chain }) }, "Chain"), one.cause === "request" && offers && replay(one, {})),
      one.problem && h("div", { class: "stop" }, one.problem),
      h("div", { class: "columns" }, h("div", { class: "stack" }, logCard(one)), h("div", { class: "stack" }, started(one), sent(one))),
      one.answer && textCard("Answer", one.answer, "run answer", one.id),
      one.failure && (one.failure.cut || one.failure.text !== one.problem) && textCard("Failure", one.failure, "run answer", one.id),
      textCard("Event", one.event, "run event", one.id));
    scrollTo(0, scrolled);
  });
}

function logCard(one) {
  if (!one.log.length) return card("Log", null, empty("It has logged nothing."));
  return card("Log", { end: h("span", { class: "faint" }, plural(one.lines, "line")) }, log(one.log),
    one.skipped_lines > 0 && h("div", { class: "note" }, `Without the first ${one.skipped_lines}. `, h("a", { href: `/api/run/log?id=${one.id}`, target: "_blank", rel: "noreferrer" }, "The whole log")));
}

function started(one) {
  const rows = one.received.map((received) => h("div", { class: "row" }, link("message", { id: received.id }, h("span", { class: "mono" }, short(received.message))),
    h("span", { class: "soft" }, `receive ${received.receives}`), received.failed && pill("bad", "failed"), received.failed === false && pill("good", "done")));
  const more = one.messages - one.received.length;
  return card("Started by", null, h("div", { class: "inside stack" },
    one.cause === "messages" ? [h("div", { class: "soft" }, plural(one.messages, "message"), " of ", link("messages", { queue: one.queue }, one.queue)), rows, more > 0 && h("div", { class: "soft" }, `and ${more} more`)]
      : one.cause === "call" && one.caller ? h("div", null, "a call of ", link("run", { id: one.caller }, `run ${one.caller}`))
        : h("div", null, one.cause === "request" ? "a request to the API" : STARTED[one.cause].replace(/^by /, ""))));
}

function sent(one) {
  if (!one.sent_messages.length) return null;
  const more = one.sent - one.sent_messages.length;
  return card("Sent", null, h("div", { class: "inside stack" }, one.sent_messages.map((message) =>
    h("div", { class: "row" }, link("message", { id: message.id }, h("span", { class: "mono" }, short(message.message))), h("span", { class: "soft" }, `to ${message.task ?? message.queue ?? "?"}`))),
  more > 0 && h("div", { class: "soft" }, `and ${more} more`)));
}
