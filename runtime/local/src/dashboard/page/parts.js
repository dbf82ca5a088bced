// Parts that several pages have.

import { call, commandLine, now, onPicture, textUrl } from "./api.js";
import { copy, h, s, say, toast } from "./dom.js";
import { age, bytes, moment } from "./format.js";
import { block, indent, shown } from "./json.js";

/** An address within the page. */
export function to(page, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined && value !== null && value !== "" && value !== false) query.set(name, value);
  const text = query.toString();
  return `#/${page}${text ? `?${text}` : ""}`;
}

export const link = (page, params, ...words) => h("a", { href: to(page, params) }, ...words);

export const pill = (kind, words = kind) => h("span", { class: "pill", "data-kind": kind }, words);

/** A card with a title. */
export function card(title, props, ...inside) {
  const { end = null, ...rest } = props ?? {};
  return h("section", { ...rest, class: `card ${rest.class ?? ""}` },
    h("header", null, typeof title === "string" ? h("h2", null, title) : title, end && [h("span", { class: "room" }), end]), ...inside);
}

export const empty = (...words) => h("div", { class: "empty" }, h("p", null, ...words));

/** A time, whose age is kept up to date. */
export function since(at) {
  if (!at) return h("span", { class: "zero" }, "–");
  return h("time", { "data-since": at, title: moment(at, 0), class: "nowrap" }, age(now() - at));
}

/** A time to come. */
export function until(at) {
  if (!at) return h("span", { class: "zero" }, "–");
  return h("time", { "data-until": at, title: moment(at, 0), class: "nowrap" }, words(at));
}

const words = (at) => (at <= now() ? "due" : `in ${age(at - now())}`);

/** Once a second. */
export function tick() {
  for (const element of document.querySelectorAll("[data-since]")) say(element, age(now() - Number(element.dataset.since)));
  for (const element of document.querySelectorAll("[data-until]")) say(element, words(Number(element.dataset.until)));
}

export const at = (millis) => h("time", { class: "nowrap", title: new Date(millis).toISOString() }, moment(millis, now()));

/** A line for a shell, to be copied. */
export function command(name, params) {
  const text = commandLine(name, params);
  const button = h("button", { type: "button", class: "plain", onclick: () => copy(text, button) }, "Copy");
  return h("div", { class: "command" }, h("code", null, text), button);
}

let popover = null;

function closePopover() {
  popover?.remove();
  popover = null;
}

/** Shows the line for a shell beside a button. */
function showCommand(anchor, name, params) {
  closePopover();
  popover = h("div", { class: "popover", role: "dialog", "aria-label": "The same on the command line" },
    h("p", null, "The same on the command line"), command(name, params));
  document.body.append(popover);
  const [place, size] = [anchor.getBoundingClientRect(), popover.getBoundingClientRect()];
  const top = place.bottom + 6 + size.height > innerHeight ? place.top - size.height - 6 : place.bottom + 6;
  popover.style.setProperty("left", `${Math.max(10, Math.min(place.right - size.width, innerWidth - size.width - 10))}px`);
  popover.style.setProperty("top", `${Math.max(10, top)}px`);
}

addEventListener("pointerdown", (event) => {
  if (popover && !popover.contains(event.target) && !event.target.closest(".shell")) closePopover();
});
addEventListener("keydown", (event) => event.key === "Escape" && closePopover());
addEventListener("hashchange", closePopover);

/** A button, and beside it the command that does the same. `run` may ask first; what it throws is shown. */
export function action(label, name, params, run, props = {}) {
  const button = h("button", { type: "button", ...props, onclick: (event) => {
    event.stopPropagation();
    attempt(button, run);
  } }, label);
  const shell = h("button", { type: "button", class: `shell ${props.class?.includes("small") ? "small" : ""}`, "aria-label": `${label}: the command`, title: commandLine(name, params()), onclick: (event) => {
    event.stopPropagation();
    showCommand(shell, name, params());
  } }, "›_");
  return h("span", { class: "group" }, button, shell);
}

/** Does something while a button cannot be pressed again. */
export async function attempt(button, run) {
  button.disabled = true;
  try {
    return await run();
  } catch (error) {
    if (error.name !== "AbortError") toast(error.message, "bad");
    return undefined;
  } finally {
    button.disabled = false;
  }
}

/** Loads something now, and again when the cloud has changed: once a second at most. Pages that are left stop it. */
export function follow(context, load, show) {
  let [busy, again, last, shownText, failed] = [false, false, 0, null, false];
  async function refresh() {
    if (context.signal.aborted) return;
    if (busy) {
      again = true;
      return;
    }
    [busy, again, last] = [true, false, performance.now()];
    try {
      const answer = await load(context.signal);
      const text = JSON.stringify(answer);
      if (!context.signal.aborted && (text !== shownText || failed)) {
        shownText = text;
        failed = false;
        context.fail(null);
        show(answer);
      }
    } catch (error) {
      if (error.name !== "AbortError" && !context.signal.aborted) {
        failed = true;
        context.fail(error.message);
      }
    }
    busy = false;
    if (again) soon();
  }
  let timer = null;
  function soon() {
    timer ??= setTimeout(() => {
      timer = null;
      refresh();
    }, Math.max(0, last + 1000 - performance.now()));
  }
  let revision = null;
  onPicture((picture) => {
    if (revision !== null && picture.revision !== revision) soon();
    revision = picture.revision;
  }, context.signal);
  context.signal.addEventListener("abort", () => clearTimeout(timer));
  refresh();
  return refresh;
}

/** A card with a long text: indented, as it is, to be copied, and as a whole elsewhere. */
export function textCard(title, value, whole, id, extra = null) {
  if (!value || value.text === null || value.text === undefined) {
    return card(title, null, empty(value?.missing ?? "nothing"));
  }
  let isRaw = false;
  let body = block(value.text);
  const copyButton = h("button", { type: "button", class: "plain small", onclick: async () => {
    const text = value.cut ? await call(whole, { id }) : value.text;
    copy(text, copyButton);
  } }, "Copy");
  const raw = h("button", { type: "button", class: "plain small", onclick: () => {
    isRaw = !isRaw;
    const next = isRaw ? h("pre", { class: "text" }, shown(value.text)) : block(value.text);
    body.replaceWith(next);
    body = next;
    say(raw, isRaw ? "Indented" : "As it is");
  } }, "As it is");
  const isJson = indent(value.text) !== value.text;
  return card(title, { end: h("div", { class: "row" }, extra, h("span", { class: "faint" }, bytes(value.length)), isJson && raw, copyButton) }, body,
    value.cut && h("div", { class: "note" }, `The first ${bytes(new Blob([value.text]).size)} of ${bytes(value.length)}. `,
      h("a", { href: textUrl(whole, id), target: "_blank", rel: "noreferrer" }, "The whole")));
}

/** How often something happened in ten minutes. */
export function spark(pace) {
  const [width, height] = [90, 20];
  if (!pace || pace.every((count) => count === 0)) return h("span", { class: "zero" }, "");
  const top = Math.max(...pace, 4);
  const points = pace.map((count, index) => `${(index * width / (pace.length - 1)).toFixed(1)} ${(height - 1 - count / top * (height - 3)).toFixed(1)}`);
  return s("svg", { class: "spark", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "handled in the last 10 minutes" },
    s("path", { class: "under", d: `M0 ${height}L${points.join("L")}L${width} ${height}Z` }), s("path", { d: `M${points.join("L")}` }));
}

/** Buttons to the next and the first page of a list. */
export function pager(page, params, next, count, extra = null) {
  return h("div", { class: "note row" }, extra, h("span", { class: "room" }),
    params.after && h("a", { class: "button", href: to(page, { ...params, after: null }) }, "Newest"),
    next && h("a", { class: "button", href: to(page, { ...params, after: next }) }, "Older"));
}
