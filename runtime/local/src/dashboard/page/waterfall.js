// A chain as a waterfall: a line for each run and each message that waits, below what caused it. Long times in which nothing ran
// are narrow, with their length.

import { h } from "./dom.js";
import { duration, time } from "./format.js";
import { link, pill } from "./parts.js";

/** The lines, depth first. */
function lines({ runs, messages }) {
  const runsOf = new Map();
  const childrenOf = new Map();
  const known = new Map(runs.map((run) => [run.id, run]));
  const add = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const run of runs) for (const received of run.received) add(runsOf, received.id, { run, received });
  const roots = [];
  for (const message of messages) {
    if (message.sender !== null && known.has(message.sender)) add(childrenOf, message.sender, message);
    else roots.push({ message });
  }
  for (const run of runs) {
    if (run.received.some((received) => messages.some((message) => message.id === received.id))) continue;
    if (run.caller && known.has(run.caller)) add(childrenOf, run.caller, { call: run });
    else roots.push({ run });
  }
  const found = [];
  const seen = new Set();
  const ofRun = (run, depth, attempt, message) => {
    found.push({ run, depth, attempt, message, again: seen.has(run.id) });
    if (seen.has(run.id)) return;
    seen.add(run.id);
    for (const child of childrenOf.get(run.id) ?? []) child.call ? ofRun(child.call, depth + 1, null, null) : ofMessage(child, depth + 1);
  };
  const ofMessage = (message, depth) => {
    const all = runsOf.get(message.id) ?? [];
    for (const { run, received } of all) ofRun(run, depth, { number: received.receives, failed: received.failed, of: all.length }, message);
    const waits = ["ready", "delayed", "in-flight"].includes(message.state) && !all.some(({ run }) => run.failed === null);
    const after = all.length ? Math.max(...all.map(({ run }) => run.began + (run.millis ?? 0))) : message.sent;
    if (!all.length || waits || message.state === "dead") found.push({ waiting: message, after, depth });
  };
  const began = (root) => root.run?.began ?? root.message.sent;
  for (const root of roots.sort((one, two) => began(one) - began(two))) root.run ? ofRun(root.run, 0, null, null) : ofMessage(root.message, 0);
  return found.slice(0, 600);
}

/** From times to parts of the width: where nothing ran for long, time is compressed. */
function scale(all, now) {
  const spans = [];
  for (const line of all) {
    if (line.run) spans.push([line.run.began, line.run.began + Math.max(line.run.millis ?? Math.max(0, now - line.run.began), 1)]);
    if (line.message) spans.push([line.message.sent, line.message.sent + 1]);
    if (line.waiting) spans.push([line.after, line.after + 1]);
  }
  spans.sort((one, two) => one[0] - two[0]);
  const merged = [];
  for (const [from, end] of spans) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([from, end]);
  }
  const busy = merged.reduce((sum, [from, end]) => sum + end - from, 0) || 1;
  // A pause is as wide as it is long, and at most an eighth of what ran.
  const most = Math.max(busy / 8, 5);
  const parts = [];
  let x = 0;
  merged.forEach(([from, end], at) => {
    if (at > 0) {
      const pause = from - merged[at - 1][1];
      const wide = Math.min(pause, most);
      parts.push({ from: merged[at - 1][1], end: from, x, wide, cut: pause > most * 1.5 });
      x += wide;
    }
    parts.push({ from, end, x, wide: end - from, cut: false });
    x += end - from;
  });
  const total = x || 1;
  const place = (when) => {
    const part = parts.find((one) => when <= one.end) ?? parts.at(-1);
    const share = part.end === part.from ? 0 : Math.min(1, Math.max(0, (when - part.from) / (part.end - part.from)));
    return (part.x + share * part.wide) / total * 100;
  };
  return { place, gaps: parts.filter((part) => part.cut).map((part) => ({ at: part.x / total * 100, wide: part.wide / total * 100, lasts: part.end - part.from })), first: parts[0]?.from ?? 0, parts, total };
}

const percent = (value) => `${(value * 0.86 + 1).toFixed(3)}%`;
const share = (value) => `${(value * 0.86).toFixed(3)}%`;

/** The element. */
export function waterfall(answer) {
  const all = lines(answer);
  const { place, gaps, first, parts, total } = scale(all, answer.now);
  const gapsIn = () => gaps.map((gap) => h("span", { class: "gap", style: { left: percent(gap.at), width: share(gap.wide) }, title: `${duration(gap.lasts)} in which nothing ran` }));
  const marks = [];
  // Marks that would stand on one another are left out.
  for (const part of parts.filter((one) => !one.cut)) {
    const at = part.x / total * 100;
    if (!marks.length || at - marks.at(-1).at > 12) marks.push({ at, words: marks.length ? `+${duration(part.from - first)}` : time(first) });
  }
  const axis = h("div", { class: "when axis" }, gaps.map((gap) => h("span", { class: "pause", style: { left: percent(gap.at + gap.wide / 2) } }, duration(gap.lasts))),
    marks.filter((mark) => !gaps.some((gap) => gap.at < mark.at + 9 && mark.at < gap.at + gap.wide - 1)).map((mark) => h("span", { class: "mark", style: { left: percent(mark.at) } }, mark.words)));
  return h("div", { class: "fall" }, h("div", { class: "what axis" }, "Task"), axis, all.map((line) => [what(line), when(line, place, gapsIn(), answer.now)]));
}

function what(line) {
  const indent = { "padding-left": `${14 + Math.min(line.depth, 12) * 18}px` };
  if (line.waiting) {
    return h("div", { class: "what", style: indent }, link("message", { id: line.waiting.id }, line.waiting.task ?? line.waiting.queue), pill(line.waiting.state, line.waiting.state.replace("-", " ")));
  }
  const { run, attempt } = line;
  const failed = attempt?.failed ?? run.failed;
  return h("div", { class: "what", style: indent }, link("run", { id: run.id }, run.task),
    attempt && attempt.of > 1 && h("span", { class: "faint nowrap" }, `receive ${attempt.number}`),
    !attempt && run.cause !== "messages" && h("span", { class: "faint" }, run.cause),
    failed && pill("bad", "failed"), run.failed === null && pill("in-flight", "running"));
}

function when(line, place, gaps, now) {
  if (line.waiting) {
    const from = place(line.after);
    return h("div", { class: "when" }, gaps, h("span", { class: "bar-text", style: { left: percent(from) } }, line.waiting.state === "dead" ? "in the dead-letter queue" : `waits${line.waiting.next ? ` until ${time(line.waiting.next)}` : ""}`));
  }
  const { run, attempt, message } = line;
  const from = place(run.began);
  const end = place(run.began + (run.millis ?? Math.max(0, now - run.began)));
  const failed = attempt?.failed ?? run.failed;
  const kind = run.failed === null ? "running" : failed ? "bad" : "good";
  const sent = message && (attempt?.number ?? 1) === 1 ? place(message.sent) : from;
  return h("div", { class: "when" }, gaps,
    from - sent > 0.2 && h("span", { class: "bar-of", "data-kind": "wait", title: `waited ${duration(run.began - message.sent)}`, style: { left: percent(sent), width: share(from - sent) } }),
    h("span", { class: "bar-of", "data-kind": kind, title: run.problem ?? `${run.task}: ${duration(run.millis)}`, style: { left: percent(from), width: share(Math.max(0, end - from)) } }),
    h("span", { class: "bar-text", style: { left: `calc(${percent(end)} + 8px)` } }, line.again ? "the same run" : run.millis === null ? "" : duration(run.millis)));
}
