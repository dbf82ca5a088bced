// Dead letters: looked at, sent again, or deleted.

import { call } from "./api.js";
import { ask, h, list, say, toast } from "./dom.js";
import { duration, number, plural } from "./format.js";
import { indent } from "./json.js";
import { action, command, empty, follow, pager, to } from "./parts.js";
import { enough, filters, messageRow, table } from "./messages.js";

const chosen = new Set();

export function dead(root, params, context) {
  const { app } = context;
  const letters = app.queues.filter((queue) => queue.role === "dead-letters");
  const queue = params.queue || letters[0]?.name;
  const filter = Object.fromEntries(["task", "text", "error", "chain"].map((name) => [name, params[name]]).filter(([, value]) => value));
  const given = { queue, ...filter, after: params.after };
  chosen.clear();
  const body = h("tbody");
  const under = h("div");
  const tools = h("div", { class: "row" });
  const summary = h("span", { class: "sub" });
  const all = h("input", { type: "checkbox", "aria-label": "choose all of this page", onchange: () => {
    for (const box of body.querySelectorAll("input")) if (box.checked !== all.checked) box.click();
  } });
  root.append(h("div", { class: "head" }, h("h1", null, "Dead letters"), summary),
    filters("dead", { ...params, queue }, [
      { name: "queue", label: "queue", always: true, choices: letters.map((one) => one.name) },
      { name: "task", label: "any task", choices: app.tasks.map((task) => task.id) },
      { name: "text", label: "text in the body", wide: true },
      { name: "error", label: "text in the error" },
      { name: "chain", label: "chain" },
    ]), h("section", { class: "card" }, h("header", null, tools), table(body, all), under));
  if (!queue) return;
  let rows = [];
  const showTools = () => {
    const ids = rows.map((row) => row.id).filter((id) => chosen.has(id));
    const which = ids.length ? { queue, id: ids } : Object.keys(filter).length ? { queue, ...filter } : { queue, all: true };
    const label = ids.length ? `${ids.length} chosen` : Object.keys(filter).length ? "all that match" : "all";
    tools.replaceChildren(
      action(`Redrive ${label}`, "dlq redrive", () => which, () => redrive(which).then(refresh), { class: rows.length ? "main" : "", disabled: !rows.length }),
      action(`Delete ${label}`, "dlq delete", () => which, () => remove(which).then(refresh), { class: "danger", disabled: !rows.length }));
  };
  const box = (row) => h("input", { type: "checkbox", "aria-label": "choose", checked: chosen.has(row.id), onchange: (event) => {
    if (event.target.checked) chosen.add(row.id);
    else chosen.delete(row.id);
    showTools();
  } });
  const refresh = follow(context, async (signal) => ({ found: await enough(given, signal), queues: (await call("dlq ls", {}, signal)).queues }), ({ found, queues }) => {
    rows = found.messages;
    list(body, rows, (row) => row.id, (row) => messageRow(row, box));
    for (const id of chosen) if (!rows.some((row) => row.id === id)) chosen.delete(id);
    all.checked = rows.length > 0 && rows.every((row) => chosen.has(row.id));
    const state = queues.find((one) => one.name === queue);
    say(summary, state ? `${number(state.dead)} in ${queue}, kept for ${duration(state.retention)}${about(state)}` : "");
    under.replaceChildren(rows.length || found.next ? pager("dead", { ...params, queue }, found.next) : empty(Object.keys(filter).length ? "No dead letter matches." : "No message has failed for good. Messages come here when they have been received as often as their queue allows."));
    showTools();
  });
}

function about(state) {
  const tasks = state.tasks.filter((one) => one.task).map((one) => `${number(one.count)} of ${one.task}`);
  return tasks.length ? `: ${tasks.join(", ")}` : "";
}

async function redrive(params) {
  const { messages, without_source: stay } = await call("dlq redrive", { ...params, count: true });
  if (!messages) {
    toast(stay ? `nobody knows where ${plural(stay, "message")} came from; edit and resend them one by one` : "no dead letter matches", "bad");
    return;
  }
  const body = h("div", { class: "stack" }, h("p", null, messages === 1 ? "Moves the message back to its queue. Its task handles it at once, with no receives counted." : `Moves ${number(messages)} messages back to their queues. Their tasks handle them at once, with no receives counted.`),
    stay > 0 && h("p", { class: "soft" }, `${plural(stay, "message")} whose queue is not known stay here.`), command("dlq redrive", params));
  if (await ask({ title: `Redrive ${plural(messages, "dead letter")}?`, body, confirm: `Redrive ${number(messages)}` })) {
    const done = await call("dlq redrive", params);
    chosen.clear();
    toast(`${plural(done.messages, "message")} moved back`);
  }
}

async function remove(params) {
  const { messages } = await call("dlq delete", { ...params, count: true });
  if (!messages) {
    toast("no dead letter matches", "bad");
    return;
  }
  const body = h("div", { class: "stack" }, h("p", null, `Deletes ${plural(messages, "message")} for good.`), command("dlq delete", params));
  if (await ask({ title: `Delete ${plural(messages, "dead letter")}?`, body, confirm: `Delete ${number(messages)}`, danger: true })) {
    const done = await call("dlq delete", params);
    chosen.clear();
    toast(`${plural(done.messages, "message")} deleted`);
  }
}

async function resend(row) {
  const whole = row.payload.cut ? await call("message payload", { id: row.id }) : row.payload.text;
  const area = h("textarea", { "aria-label": "payload", spellcheck: "false", value: indent(whole ?? "") });
  const params = () => ({ id: row.id, payload: area.value });
  const holder = h("div");
  const showCommand = () => holder.replaceChildren(command("dlq resend", area.value.length > 2000 ? { id: row.id, payload: "…" } : params()));
  area.addEventListener("input", showCommand);
  showCommand();
  const check = () => {
    if (!row.envelope) return null;
    try {
      JSON.parse(area.value);
      return null;
    } catch (error) {
      return `The payload must be JSON: ${error.message}`;
    }
  };
  const body = h("div", { class: "stack" }, h("p", { class: "soft" }, `It goes to ${row.task ?? row.sent_to} as a new message of the same chain, and this one is deleted.`), area, holder);
  const answer = await ask({ title: "Edit and resend", body, confirm: "Resend", large: true, check, result: params });
  if (answer) {
    const sent = await call("dlq resend", answer);
    toast("sent", "good", { href: to("message", { id: sent.id }), text: "the new message" });
  }
}

/** What can be done to one dead letter. */
export function letterActions(row) {
  const one = () => ({ queue: row.queue, id: [row.id] });
  return h("div", { class: "row" },
    action("Redrive", "dlq redrive", one, () => redrive(one()), { class: "main" }),
    row.payload.text !== null && action("Edit and resend", "dlq resend", () => ({ id: row.id, payload: "…" }), () => resend(row)),
    action("Delete", "dlq delete", one, () => remove(one()), { class: "danger" }));
}

