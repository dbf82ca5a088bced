// The frame of the page: the bar, the list of pages, and which page is shown.

import { call, listen, live, loadCommands, now, onPicture, onState } from "./api.js";
import { h, s, say } from "./dom.js";
import { day, number, time } from "./format.js";
import { tick } from "./parts.js";
import { overview } from "./overview.js";
import { queues } from "./queues.js";
import { messages } from "./messages.js";
import { message } from "./message.js";
import { chain, chains } from "./chains.js";
import { dead } from "./letters.js";
import { errors } from "./errors.js";
import { requests, run, runs } from "./runs.js";
import { send } from "./start.js";
import { clock } from "./clock.js";

const PAGES = [
  ["overview", "Overview", overview],
  ["queues", "Queues", queues],
  ["messages", "Messages", messages],
  ["chains", "Chains", chains],
  ["runs", "Runs", runs],
  ["dead", "Dead letters", dead],
  ["errors", "Errors", errors],
  ["requests", "Requests", requests],
  ["send", "Send", send],
  ["clock", "Clock", clock],
];
/** Pages of one thing, and the page of the list that they belong to. */
const PARTS = { message: [message, "messages"], chain: [chain, "chains"], run: [run, "runs"] };

const main = h("main", { tabindex: "-1" });
const counts = new Map();
let stop = null;
/** What the application is: it does not change while the program runs. */
const app = { name: "", graph: null, tasks: [], queues: [] };

function frame() {
  const name = h("span", null, app.name);
  const clockTime = h("span", null);
  const clockDay = h("span", { class: "faint date" });
  const speed = h("b", null);
  const state = h("span", null);
  const link = h("div", { class: "link", role: "status" }, state);
  const logo = s("svg", { width: 22, height: 22, viewBox: "0 0 32 32", "aria-hidden": "true" }, s("rect", { width: 32, height: 32, rx: 8, fill: "#d9760a" }),
    s("path", { d: "M10 8h4l8 17h3M14 15l-6 10", fill: "none", stroke: "#fff", "stroke-width": 2.6, "stroke-linecap": "round", "stroke-linejoin": "round" }));
  const nav = h("nav", { "aria-label": "Pages" }, PAGES.map(([id, label]) => {
    const count = h("span", { class: "count", hidden: true });
    counts.set(id, count);
    return h("a", { href: `#/${id}`, "data-page": id }, label, count);
  }));
  document.body.append(
    h("header", { class: "bar" }, h("a", { class: "brand", href: "#/overview" }, logo, name), h("span", { class: "local", title: "Nothing of this is in the cloud: queues, clock and bucket are those of the program that you started" }, "local"),
      h("span", { class: "room" }), link, h("a", { class: "clock", href: "#/clock", title: "The clock of the local cloud" }, clockDay, clockTime, speed)),
    h("div", { class: "frame" }, nav, main));
  onState((now) => {
    link.dataset.state = now;
    say(state, { live: "live", lost: "not connected", paused: "paused" }[now]);
  });
  const showTime = () => {
    if (!live.picture) return;
    say(clockTime, time(now()));
    say(clockDay, day(now()));
    say(speed, live.picture.speed === 1 ? "" : live.picture.speed === 0 ? "stopped" : `× ${number(live.picture.speed)}`);
  };
  onPicture((picture) => {
    showTime();
    const letters = app.queues.filter((queue) => queue.role === "dead-letters").map((queue) => queue.name);
    badge("dead", letters.reduce((sum, queue) => sum + (picture.queues[queue]?.ready ?? 0), 0));
    badge("errors", picture.error_count);
  });
  setInterval(() => {
    if (document.hidden) return;
    showTime();
    tick();
  }, 1000);
}

function badge(page, count) {
  const element = counts.get(page);
  element.hidden = !count;
  say(element, count > 9999 ? "9999+" : count);
}

/** Shows the page of the address. */
function route() {
  const [, path = "", query = ""] = /^#\/([^?]*)\??(.*)$/.exec(location.hash) ?? [];
  const params = Object.fromEntries(new URLSearchParams(query));
  const page = PAGES.find(([id]) => id === path);
  const [show, home] = page ? [page[2], path] : Object.hasOwn(PARTS, path) ? PARTS[path] : [overview, "overview"];
  stop?.abort();
  stop = new AbortController();
  for (const element of document.querySelectorAll("nav a")) {
    if (element.dataset.page !== home) element.removeAttribute("aria-current");
    else {
      element.setAttribute("aria-current", "page");
      element.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
  const problem = h("div", { class: "stop", role: "alert", hidden: true });
  const root = h("div", { class: "stack" });
  main.replaceChildren(problem, root);
  scrollTo(0, 0);
  const context = {
    signal: stop.signal,
    app,
    fail: (words) => {
      problem.hidden = !words;
      say(problem, words ?? "");
    },
  };
  show(root, params, context);
  const label = PAGES.find(([id]) => id === home)[1];
  document.title = `${label} – ${app.name} (local)`;
}

async function start() {
  try {
    await loadCommands();
    const [graph, tasks, all] = await Promise.all([call("graph"), call("task ls"), call("queue ls")]);
    Object.assign(app, { name: graph.name, graph, tasks: tasks.tasks, queues: all.queues });
  } catch (error) {
    document.body.append(h("div", { class: "stop" }, `The dashboard cannot be shown: ${error.message} `, h("a", { href: "" }, "Try again")));
    return;
  }
  frame();
  listen();
  addEventListener("hashchange", route);
  route();
}

start();
