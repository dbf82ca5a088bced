// The clock of the local cloud.

import { call, live, now, onPicture } from "./api.js";
import { fillWith, h, list, say, toast } from "./dom.js";
import { day, duration, number, time } from "./format.js";
import { action, at, card, empty, follow, pill, to, until } from "./parts.js";

const STEPS = ["1m", "15m", "1h", "1d"];
const SPEEDS = [1, 10, 60, 1000];
const WHAT = { message: "next receive of", later: "message for", schedule: "schedule of" };

export function clock(root, params, context) {
  const big = h("div", { class: "time" });
  const date = h("div", { class: "soft" });
  const speed = h("div", { class: "row" });
  const custom = h("input", { placeholder: "1h30m", "aria-label": "how far", size: 7, spellcheck: "false" });
  const factor = h("input", { placeholder: "speed", "aria-label": "speed", size: 7, inputmode: "decimal" });
  const coming = h("tbody");
  const none = h("div");
  const laterBody = h("tbody");
  const laterCard = card("Messages for later", { hidden: true }, h("div", { class: "scroll" }, h("table", null, laterBody)));
  const step = (by) => action(`+ ${by}`, "clock advance", () => ({ by: typeof by === "string" ? by : by() }), () => call("clock advance", { by }), {});
  const advanceCustom = action("Advance by", "clock advance", () => ({ by: custom.value.trim() }), () => {
    if (!custom.value.trim()) throw new Error("give a duration, such as 90s, 15m, 1h30m or 2d");
    return call("clock advance", { by: custom.value.trim() });
  });
  const speedCustom = action("Set speed", "clock speed", () => ({ factor: factor.value.trim() }), () => call("clock speed", { factor: factor.value.trim() }));
  root.append(h("div", { class: "head" }, h("h1", null, "Clock"), h("span", { class: "sub" }, "schedules, delays, visibility timeouts and retention go by it; handlers run at real speed")),
    h("div", { class: "columns" },
      h("div", { class: "stack" },
        h("section", { class: "card" }, h("div", { class: "inside clock-face" }, h("div", null, big, date), h("span", { class: "room" }), speed)),
        card("Move it forward", null, h("div", { class: "inside stack" },
          h("div", { class: "row" }, action("To the next event", "clock next", () => ({}), async () => {
            const before = now();
            const answer = await call("clock next");
            toast(`${duration(answer.now - before)} later`);
          }, { class: "main" }), STEPS.map(step)),
          h("div", { class: "row" }, custom, advanceCustom))),
        card("Speed", null, h("div", { class: "inside stack" },
          h("div", { class: "row" }, action("Stop", "clock pause", () => ({}), () => call("clock pause")), SPEEDS.map((one) => action(one === 1 ? "Real time" : `× ${number(one)}`, one === 1 ? "clock resume" : "clock speed", () => (one === 1 ? {} : { factor: one }), () => (one === 1 ? call("clock resume") : call("clock speed", { factor: String(one) }))))),
          h("div", { class: "row" }, factor, speedCustom),
          h("p", { class: "soft" }, "A fast clock makes visibility timeouts short as well: at × 1,000 six minutes are 0.36 s, and a handler that takes longer is run twice.")))),
      h("div", { class: "stack" }, card("What comes next", null, h("table", null, coming), none), laterCard)));
  const show = () => {
    if (!live.picture) return;
    say(big, time(now()));
    say(date, `${day(now())}, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`);
  };
  const timer = setInterval(show, 200);
  context.signal.addEventListener("abort", () => clearInterval(timer));
  onPicture((picture) => {
    show();
    speed.replaceChildren(picture.speed === 1 ? pill("good", "real time") : picture.speed === 0 ? pill("warn", "stopped") : pill("warn", `× ${number(picture.speed)}`));
  }, context.signal);
  follow(context, async (signal) => ({ coming: (await call("clock show", {}, signal)).coming, ...(await call("later ls", {}, signal)) }), (answer) => {
    list(coming, grouped(answer.coming), (one) => `${one.kind} ${one.of}`, comingRow);
    fillWith(none, answer.coming.length === 0 && empty("Nothing waits for a time."));
    laterCard.hidden = !answer.later.length;
    list(laterBody, answer.later, (one) => one.name, later);
  });
}

/** Events of one kind and one task together: the first, and how many there are. */
export function grouped(coming) {
  const groups = new Map();
  for (const one of coming) {
    const key = `${one.kind} ${one.of}`;
    if (groups.has(key)) groups.get(key).count++;
    else groups.set(key, { ...one, count: 1 });
  }
  return [...groups.values()];
}

export const comingRow = (one) => h("tr", null, h("td", { class: "number" }, until(one.at)),
  h("td", null, WHAT[one.kind], " ", h("b", null, one.of), one.count > 1 && h("span", { class: "faint" }, ` and ${one.count - 1} more`)), h("td", { class: "number soft" }, at(one.at)));

function later(one) {
  return h("tr", null, h("td", { class: "number" }, until(one.at)), h("td", { class: "wide" }, h("div", { class: "two" }, h("a", { href: to("messages", { queue: one.queue }), class: "cut" }, one.task ?? one.queue), h("small", { class: "mono cut" }, one.name))),
    h("td", { class: "number" }, action("Cancel", "later cancel", () => ({ name: one.name }), async () => {
      await call("later cancel", { name: one.name });
      toast("cancelled");
    }, { class: "small" })));
}
