// Tasks are started by hand: with a message, by their schedule, with a request.

import { call } from "./api.js";
import { fillWith, h, say, toast } from "./dom.js";
import { plural } from "./format.js";
import { indent } from "./json.js";
import { action, attempt, card, command, empty, link, pill, textCard, to, until } from "./parts.js";

const INPUT = { payload: "Payload, JSON", body: "Body of the message, as it is", event: "Event with Records, JSON", request: "Request, JSON" };

export function send(root, params, context) {
  const { tasks } = context.app;
  const sends = tasks.filter((task) => task.offers.send);
  const schedules = tasks.filter((task) => task.offers.schedule);
  const routes = tasks.filter((task) => task.offers.request);
  root.append(h("div", { class: "head" }, h("h1", null, "Send")));
  if (!sends.length && !schedules.length && !routes.length) {
    root.append(h("section", { class: "card" }, empty("Nothing can be started from here.")));
    return;
  }
  const message = sends.length > 0 && messageCard(sends, params, context);
  const request = routes.length > 0 && requestCard(routes, params);
  const isRequest = params.kind === "request";
  root.append(h("div", { class: "columns" }, h("div", { class: "stack" }, isRequest ? [request, message] : [message, request]),
    h("div", { class: "stack" }, schedules.length > 0 && scheduleCard(schedules))));
}

function messageCard(tasks, params, context) {
  const first = tasks.some((task) => task.id === params.task) ? params.task : tasks[0].id;
  const select = h("select", null, tasks.map((task) => h("option", { value: task.id, selected: task.id === first }, task.id)));
  const area = h("textarea", { spellcheck: "false", "aria-label": "what is sent" });
  const label = h("span", { class: "soft" });
  const hint = h("span", { class: "soft" });
  const holder = h("div");
  const given = () => ({ task: select.value, payload: area.value });
  const showCommand = () => holder.replaceChildren(command("send", area.value.length > 2000 ? { ...given(), payload: "…" } : given()));
  const load = async () => {
    const task = tasks.find((one) => one.id === select.value);
    say(label, INPUT[task.input] ?? "Input");
    say(hint, task.trigger);
    try {
      if (params.like && task.id === params.task) {
        area.value = indent(await call("message payload", { id: params.like }, context.signal));
      } else {
        const template = await call("task template", { task: task.id }, context.signal);
        area.value = indent(template.payload);
        say(hint, template.is_default ? task.trigger : `${task.trigger}; this is the newest payload`);
      }
    } catch (error) {
      if (error.name !== "AbortError") toast(error.message, "bad");
    }
    showCommand();
  };
  select.addEventListener("change", load);
  area.addEventListener("input", showCommand);
  load();
  const button = h("button", { type: "submit", class: "main" }, "Send");
  return card("A message to a task", null, h("form", { class: "form inside", onsubmit: (event) => {
    event.preventDefault();
    attempt(button, async () => {
      const answer = await call("send", given());
      if (answer.id !== null) toast("sent", "good", { href: to("message", { id: answer.id }), text: "the message" });
      else toast("started", "good", answer.run && { href: to("run", { id: answer.run }), text: `run ${answer.run}` });
    });
  } }, h("div", { class: "row" }, select, hint), h("label", { class: "field" }, label, area), h("div", { class: "row" }, button, holder)));
}

function scheduleCard(tasks) {
  return card("Schedules", null, tasks.map((task) => h("div", { class: "attempt" },
    h("div", { class: "row" }, h("b", null, task.id), h("span", { class: "room" }), action("Fire", "schedule fire", () => ({ task: task.id }), async () => {
      const answer = await call("schedule fire", { task: task.id });
      toast(`${task.id} ran`, "good", answer.run && { href: to("run", { id: answer.run }), text: `run ${answer.run}` });
    }, { class: "small" })),
    h("div", { class: "soft" }, task.schedule, task.next_fire && [", next ", until(task.next_fire)]))));
}

function requestCard(tasks, params) {
  const routes = tasks.map((task) => task.route);
  const chosen = tasks.find((task) => task.id === params.task)?.route ?? routes[0];
  const method = h("select", { "aria-label": "method" }, ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"].map((one) => h("option", { value: one, selected: one === chosen.method }, one)));
  const path = h("input", { "aria-label": "path", value: chosen.path, spellcheck: "false", class: "mono grow", list: "routes" });
  const headers = h("textarea", { spellcheck: "false", class: "low", "aria-label": "headers", placeholder: "content-type: application/json" });
  const body = h("textarea", { spellcheck: "false", class: "low", "aria-label": "body" });
  const holder = h("div");
  const answer = h("div");
  const given = () => ({ method: method.value, path: path.value, header: headers.value.split("\n").map((line) => line.trim()).filter(Boolean), body: body.value });
  const showCommand = () => holder.replaceChildren(command("request", given()));
  for (const input of [method, path, headers, body]) input.addEventListener("input", showCommand);
  path.addEventListener("change", () => {
    const route = routes.find((one) => one.path === path.value);
    if (route && route.method !== "ANY") method.value = route.method;
    showCommand();
  });
  showCommand();
  const button = h("button", { type: "submit", class: "main" }, "Send request");
  return card("A request to the API", { end: h("span", { class: "faint" }, plural(routes.length, "route")) }, h("form", { class: "form inside", onsubmit: (event) => {
    event.preventDefault();
    attempt(button, async () => {
      const found = await call("request", given());
      fillWith(answer, response(found));
    });
  } }, h("div", { class: "row" }, method, path, h("datalist", { id: "routes" }, routes.map((route) => h("option", { value: route.path }, route.method)))),
  h("label", { class: "field" }, "Headers, one a line", headers), h("label", { class: "field" }, "Body", body), h("div", { class: "row" }, button, holder), answer));
}

function response(found) {
  const kind = found.status >= 500 ? "bad" : found.status >= 400 ? "warn" : "good";
  return h("div", { class: "stack" }, h("div", { class: "row" }, pill(kind, found.status), found.run && link("run", { id: found.run }, `run ${found.run}`),
    h("span", { class: "soft break" }, found.headers.map(([name, value]) => `${name}: ${value}`).join("; "))), textCard("Response", found.body, "run answer", found.run));
}
