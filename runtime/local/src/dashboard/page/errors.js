// Failures, those with the same words together.

import { call } from "./api.js";
import { h, list } from "./dom.js";
import { number } from "./format.js";
import { command, empty, follow, link, since, to } from "./parts.js";

export function errors(root, params, context) {
  const body = h("tbody");
  const none = h("div");
  root.append(h("div", { class: "head" }, h("h1", null, "Errors"), h("span", { class: "sub" }, "since the program started; numbers and ids in the words do not count")),
    h("section", { class: "card" }, h("table", { class: "cards" }, h("thead", null, h("tr", null, h("th", null, "Error"), h("th", null, "Tasks"), h("th", { class: "right" }, "Times"), h("th", { class: "right" }, "First"), h("th", { class: "right" }, "Last"), h("th", null, ""))), body), none),
    h("div", { class: "row" }, command("error ls")));
  follow(context, (signal) => call("error ls", {}, signal), ({ errors: all }) => {
    list(body, all, (error) => error.pattern, row);
    none.replaceChildren(all.length ? "" : empty("No run has failed since the program started."));
  });
}

/** The longest words of a pattern that are the same in all its failures. */
const common = (pattern) => pattern.split("#").sort((one, two) => two.length - one.length)[0].trim();

function row(error) {
  const href = to("runs", { failed: true, error: common(error.pattern) });
  return h("tr", { class: "goes", onclick: (event) => {
    if (!event.target.closest("a") && !getSelection().toString()) location.hash = href;
  } },
  h("td", { class: "whole" }, h("div", { class: "problem" }, error.text)),
  h("td", { class: "whole" }, h("span", { class: "soft break" }, error.tasks.join(", "))),
  h("td", { class: "number", "data-name": "Times" }, h("a", { href }, number(error.count))),
  h("td", { class: "number", "data-name": "First" }, since(error.first)),
  h("td", { class: "number", "data-name": "Last" }, since(error.last)),
  h("td", { class: "number" }, link("run", { id: error.run }, "newest run")));
}

