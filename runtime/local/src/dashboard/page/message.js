// One message: what it carries, where it is, what became of each attempt.

import { call, textUrl } from "./api.js";
import { copy, fillWith, h } from "./dom.js";
import { bytes, duration, plural, short, time } from "./format.js";
import { shown } from "./json.js";
import { at, card, empty, follow, link, pill, textCard, to, until } from "./parts.js";
import { letterActions } from "./letters.js";

export function message(root, params, context) {
  follow(context, (signal) => call("message show", { id: params.id }, signal), (row) => {
    const open = new Set([...root.querySelectorAll("details[open]")].map((element) => element.dataset.run));
    const scrolled = scrollY;
    fillWith(root, head(row), states(row), h("div", { class: "columns" },
      h("div", { class: "stack" }, attempts(row, open),
        row.envelope && textCard("Payload", row.payload, "message payload", row.id, row.payload.key && h("span", { class: "faint" }, "from the bucket")),
        textCard(row.envelope ? "Body with envelope" : "Body", row.body, "message body", row.id)),
      h("div", { class: "stack" }, facts(row), attributes(row))));
    scrollTo(0, scrolled);
  });
}

function head(row) {
  const button = h("button", { type: "button", class: "plain small", onclick: () => copy(row.message, button) }, "Copy id");
  const place = h("div", { class: "row" });
  if (row.state === "dead") place.append(letterActions(row));
  if (row.task && row.payload.text !== null && row.state !== "dead") place.append(h("a", { class: "button", href: to("send", { task: row.task, like: row.id }) }, "Send another like it"));
  if (row.is_testable && row.payload.text !== null) place.append(h("a", { class: "button", href: textUrl("message test", row.id), target: "_blank", rel: "noreferrer", title: "A test in Rust that sends the same payload" }, "As a test"));
  return h("div", { class: "head" }, h("h1", { class: "mono" }, row.message), pill(row.state, row.state.replace("-", " ")), button, h("span", { class: "room" }), place);
}

function states(row) {
  const found = [];
  if (row.now_as) found.push(h("div", { class: "card" }, h("div", { class: "inside" }, "It was moved back to its queue, where it is a new message: ", link("message", { id: row.now_as.id }, h("span", { class: "mono" }, short(row.now_as.message))), ".")));
  if (row.payload.missing) found.push(h("div", { class: "stop" }, `The payload is not there: ${row.payload.missing}`));
  return found;
}

const fact = (label, ...value) => h("div", null, h("dt", null, label), h("dd", null, ...value));

function facts(row) {
  const receives = row.most_receives ? `${row.receives} of ${row.most_receives}` : row.receives;
  const { envelope } = row;
  return card("Where it is", null, h("dl", { class: "facts inside" },
    row.queue ? fact("Queue", link("messages", { queue: row.queue }, row.queue)) : fact("Now", row.left ?? "in no queue any more"),
    row.queue !== row.sent_to && fact("Sent to", link("messages", { queue: row.sent_to }, row.sent_to)),
    fact("Task", row.task ?? "–"),
    fact("Receives", receives),
    row.next && fact(row.state === "delayed" ? "Can be received" : "Visible again", until(row.next), " ", h("span", { class: "faint" }, time(row.next))),
    fact("Sent", at(row.sent)),
    fact("Sent by", sender(row)),
    row.chain && fact("Chain", link("chain", { id: row.chain }, h("span", { class: "mono" }, row.chain.slice(0, 120)))),
    envelope && fact("Hops before", envelope.hops),
    envelope?.source_app && fact("From application", envelope.source_app),
    row.group && fact("Message group", row.group),
    row.deduplication && fact("Deduplication id", h("span", { class: "mono" }, row.deduplication)),
    fact("Size", bytes(row.bytes)),
    row.payload.key && fact("Payload in the bucket", h("span", { class: "mono" }, row.payload.key))));
}

function sender(row) {
  if (row.sender) return [link("run", { id: row.sender.run }, `run ${row.sender.run}`), ` of ${row.sender.task}`];
  return row.from ? row.from.slice(0, 120) : "outside of the application";
}

function attempts(row, open) {
  const { attempts: all } = row;
  const title = all.length ? plural(all.length, "attempt") : "Attempts";
  if (!all.length) return card(title, null, empty(row.state === "dead" ? "It was put into the dead-letter queue without a run." : "It has not been received by a task yet."));
  return card(title, null, ...[...all].reverse().map((attempt) => attemptOf(attempt, open)));
}

function attemptOf(attempt, open) {
  const state = attempt.failed === null ? pill("in-flight", "running") : attempt.failed ? pill("bad", "failed") : pill("good", "done");
  const lines = attempt.lines.length;
  return h("div", { class: "attempt" },
    h("div", { class: "row" }, state, h("b", null, `Receive ${attempt.receives ?? "?"}`), h("span", { class: "soft" }, at(attempt.began)), h("span", { class: "soft" }, duration(attempt.millis)),
      attempt.batch > 1 && h("span", { class: "soft" }, `in a batch of ${attempt.batch}`), h("span", { class: "room" }), link("run", { id: attempt.run }, `run ${attempt.run}`)),
    attempt.problem && h("div", { class: "problem" }, attempt.problem),
    lines > 0 && h("details", { "data-run": attempt.run, open: open.size ? open.has(String(attempt.run)) : attempt.failed === true },
      h("summary", null, plural(lines + attempt.skipped_lines, "line"), attempt.skipped_lines > 0 && `, the last ${lines}`), log(attempt.lines)),
    attempt.sent.length > 0 && h("div", { class: "row soft" }, "sent", attempt.sent.map((one) => link("message", { id: one.id }, one.task ?? one.queue)), attempt.sent_count > attempt.sent.length && `and ${attempt.sent_count - attempt.sent.length} more`));
}

/** Lines of a log; those of JSON by what they say. */
export function log(lines) {
  return h("div", { class: "log" }, lines.map((line) => {
    const { level, words } = parsed(line.text.text);
    return h("div", { "data-level": level }, h("time", null, time(line.at)), h("span", { class: "level" }, level), h("span", { class: "words" }, shown(words), line.text.cut && h("span", { class: "faint" }, " …")));
  }));
}

function parsed(text) {
  const plain = /^\s*(ERROR|WARN|INFO|DEBUG|TRACE)\s+/.exec(text);
  if (plain) return { level: plain[1], words: text.slice(plain[0].length) };
  if (!text.startsWith("{")) return { level: "", words: text };
  try {
    const { level = "", message = "", timestamp, ...rest } = JSON.parse(text);
    delete rest.task;
    const others = Object.entries(rest).filter(([, value]) => value !== null && value !== message).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
    return { level: String(level), words: [message, ...others].join("  ") };
  } catch {
    return { level: "", words: text };
  }
}

function attributes(row) {
  if (!row.attributes.length) return null;
  return card("Attributes", null, h("table", null, h("tbody", null, row.attributes.map((one) =>
    h("tr", null, h("td", { class: "mono" }, one.name), h("td", { class: "faint" }, one.type), h("td", { class: "mono break" }, shown(one.value.text), one.value.cut && " …"))))));
}

