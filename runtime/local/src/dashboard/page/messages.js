// Lists of messages.

import { call } from "./api.js";
import { h, list, say } from "./dom.js";
import { bytes, number, short } from "./format.js";
import { card, command, empty, follow, pager, pill, since, to, until } from "./parts.js";

const STATES = ["ready", "delayed", "in-flight", "dead", "done", "gone"];
const NAMES = ["state", "queue", "task", "text", "chain", "error", "after"];

/** Inputs that go into the address of the page. */
export function filters(page, params, fields) {
  let timer = null;
  const inputs = new Map();
  const go = () => {
    const next = {};
    for (const [name, input] of inputs) next[name] = input.value.trim();
    location.hash = to(page, next);
  };
  const form = h("form", { class: "filters", role: "search", onsubmit: (event) => {
    event.preventDefault();
    clearTimeout(timer);
    go();
  } }, fields.map(({ name, label, choices, wide }) => {
    const input = choices
      ? h("select", { "aria-label": label, onchange: go }, h("option", { value: "" }, label), choices.map((choice) => [choice].flat()).map(([value, words = value]) => h("option", { value, selected: params[name] === value }, words)))
      : h("input", { type: "search", placeholder: label, "aria-label": label, value: params[name] ?? "", class: wide ? "wide" : null, spellcheck: "false", autocomplete: "off", onchange: go });
    inputs.set(name, input);
    return input;
  }), h("a", { href: to(page), class: "button", hidden: !fields.some(({ name, always }) => params[name] && !always) }, "Clear"));
  return form;
}

export function messages(root, params, context) {
  const { app } = context;
  const given = Object.fromEntries(NAMES.map((name) => [name, params[name]]).filter(([, value]) => value));
  const body = h("tbody");
  const under = h("div");
  const looked = h("span", { class: "faint" });
  root.append(h("div", { class: "head" }, h("h1", null, "Messages"), h("span", { class: "room" }), looked),
    filters("messages", params, [
      { name: "state", label: "any state", choices: STATES },
      { name: "queue", label: "any queue", choices: app.queues.map((queue) => queue.name) },
      { name: "task", label: "any task", choices: app.tasks.map((task) => task.id) },
      { name: "text", label: "text in the body", wide: true },
      { name: "error", label: "text in the error" },
      { name: "chain", label: "chain" },
    ]),
    h("section", { class: "card" }, table(body), under),
    h("div", { class: "row" }, command("message ls", given)));
  follow(context, (signal) => enough(given, signal), (answer) => {
    list(body, answer.messages, (row) => row.id, (row) => messageRow(row, null));
    say(looked, answer.looked_at > answer.messages.length ? `looked at ${number(answer.looked_at)}` : "");
    under.replaceChildren(answer.messages.length || answer.next ? pager("messages", params, answer.next) : empty(nothing(given)));
  });
}

function nothing(given) {
  return Object.keys(given).length ? "No message matches." : "No message has been sent yet.";
}

/** Searches on where one answer took its time and found nothing. */
export async function enough(given, signal, name = "message ls") {
  let answer = await call(name, given, signal);
  let looked = answer.looked_at;
  for (let more = 0; more < 40 && answer.next && !answer.messages.length; more++) {
    answer = await call(name, { ...given, after: answer.next }, signal);
    looked += answer.looked_at;
  }
  return { ...answer, looked_at: looked };
}

/** The table of a list of messages; with boxes to choose them. */
export function table(body, all = null) {
  return h("div", { class: "scroll" }, h("table", { class: "cards" }, h("thead", null, h("tr", null, all && h("th", null, all),
    h("th", null, "Message"), !all && h("th", null, "State"), h("th", null, "Task"), h("th", null, "Payload"), h("th", { class: "right" }, "Receives"), !all && h("th", { class: "right" }, "Next"), h("th", { class: "right" }, "Sent"))), body));
}

export function messageRow(row, box) {
  const href = to("message", { id: row.id });
  return h("tr", { class: "goes", onclick: (event) => {
    if (!event.target.closest("a, button, input") && !getSelection().toString()) location.hash = href;
  } },
  box && h("td", null, box(row)),
  h("td", { class: "nowrap" }, h("a", { href, class: "mono" }, short(row.message))),
  !box && h("td", null, pill(row.state, row.state.replace("-", " "))),
  h("td", { class: "whole" }, h("div", { class: "two" }, h("span", { class: "break" }, row.task ?? row.sent_to), row.from && h("small", { class: "cut" }, `from ${row.from.slice(0, 80)}`))),
  h("td", { class: "wide whole" }, h("div", { class: "two" }, h("span", { class: "mono cut" }, row.in_bucket ? `in the bucket: ${row.preview}` : row.preview || "empty"),
    row.problem && h("span", { class: "bad cut" }, row.problem))),
  h("td", { class: `number ${row.receives ? "" : "zero"}`, "data-name": "Receives" }, h("span", null, row.receives, row.most_receives && h("span", { class: "faint" }, ` / ${row.most_receives}`))),
  !box && h("td", { class: `number ${row.next ? "" : "zero"}`, "data-name": "Next" }, row.next ? until(row.next) : h("span", { class: "zero" }, "–")),
  h("td", { class: "number", "data-name": "Sent", title: bytes(row.bytes) }, since(row.sent)));
}
