// Chains of invocations.

import { call } from "./api.js";
import { fillWith, h, list } from "./dom.js";
import { duration, plural } from "./format.js";
import { at, command, empty, follow, pager, pill, since, to } from "./parts.js";
import { waterfall } from "./waterfall.js";

export function chains(root, params, context) {
  const body = h("tbody");
  const under = h("div");
  root.append(h("div", { class: "head" }, h("h1", null, "Chains"), h("span", { class: "sub" }, "what invoked what, from the first message on")),
    h("section", { class: "card" }, h("table", { class: "cards" }, h("thead", null, h("tr", null,
      h("th", null, "Began with"), h("th", null, "Tasks"), h("th", null, ""), h("th", { class: "right" }, "Runs"), h("th", { class: "right" }, "Lasted"), h("th", { class: "right" }, "Newest run"))), body), under),
    h("div", { class: "row" }, command("chain ls", {})));
  follow(context, (signal) => call("chain ls", { after: params.after }, signal), (answer) => {
    list(body, answer.chains, (chain) => chain.chain, row);
    under.replaceChildren(answer.chains.length ? pager("chains", params, answer.next) : empty("No task has invoked another one yet."));
  });
}

function row(chain) {
  const href = to("chain", { id: chain.chain });
  return h("tr", { class: "goes", onclick: (event) => {
    if (!event.target.closest("a") && !getSelection().toString()) location.hash = href;
  } },
  h("td", { class: "whole" }, h("div", { class: "two" }, h("a", { href }, h("b", null, chain.root?.task ?? "?"), h("span", { class: "soft" }, chain.root && chain.root.cause !== "messages" ? ` by ${chain.root.cause}` : "")), h("small", { class: "mono cut" }, chain.chain.slice(0, 60)))),
  h("td", { class: "wide whole" }, h("span", { class: "cut soft" }, chain.tasks.join(" → "))),
  h("td", null, chain.running ? pill("in-flight", "running") : chain.failed ? pill("bad", `${chain.failed} failed`) : pill("good", "done")),
  h("td", { class: "number", "data-name": "Runs" }, chain.runs),
  h("td", { class: "number", "data-name": "Lasted" }, duration(chain.last - chain.began)),
  h("td", { class: "number", "data-name": "Newest run" }, since(chain.last)));
}

/** One chain as a waterfall. */
export function chain(root, params, context) {
  follow(context, (signal) => call("chain show", { chain: params.id }, signal), (answer) => {
    const first = Math.min(...answer.runs.map((run) => run.began), ...answer.messages.map((message) => message.sent));
    const failed = answer.runs.filter((run) => run.failed).length;
    fillWith(root,
      h("div", { class: "head" }, h("h1", null, "Chain ", h("span", { class: "mono" }, answer.chain.slice(0, 120))),
        h("span", { class: "sub" }, plural(answer.runs.length, "run"), failed > 0 && h("span", { class: "bad" }, `, ${failed} failed`), ", began ", at(first))),
      h("section", { class: "card" }, h("div", { class: "scroll" }, waterfall(answer)),
        answer.cut && h("div", { class: "note" }, "The chain is longer; this is its beginning.")),
      h("div", { class: "row" }, command("chain show", { chain: answer.chain })));
  });
}
