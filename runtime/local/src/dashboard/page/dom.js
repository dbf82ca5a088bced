// Elements. Text from outside goes into text nodes and attributes that are not code, and nowhere else.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  put(element, children);
  return element;
}

function put(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) put(element, child);
    else element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** An element of HTML. */
export function h(name, props, ...children) {
  return fill(document.createElement(name), props, children);
}

/** An element of SVG. */
export function s(name, props, ...children) {
  return fill(document.createElementNS(SVG, name), props, children);
}

/** Puts other children into an element; those that are null are left out. */
export function fillWith(element, ...children) {
  element.replaceChildren();
  put(element, children);
}

/** Sets the text of an element if it differs, so that a selection in it stays. */
export function say(element, text) {
  const words = String(text);
  if (element.textContent !== words) element.textContent = words;
}

/** Children of `parent`, one for each item: those of items that have not changed stay as they are. */
export function list(parent, items, key, make) {
  const known = parent.known ?? new Map();
  const next = new Map();
  let place = parent.firstChild;
  for (const item of items) {
    const id = String(key(item));
    const sign = JSON.stringify(item);
    let entry = known.get(id);
    if (!entry || entry.sign !== sign) {
      const element = make(item);
      if (entry) {
        if (place === entry.element) place = element;
        entry.element.replaceWith(element);
      }
      entry = { sign, element };
    }
    next.set(id, entry);
    if (entry.element === place) place = place.nextSibling;
    else parent.insertBefore(entry.element, place);
  }
  for (const [id, entry] of known) if (next.get(id)?.element !== entry.element) entry.element.remove();
  parent.known = next;
}

let toasts;

/** A word at the edge of the page, for a while. */
export function toast(words, kind = "good", link = null) {
  toasts ??= document.body.appendChild(h("div", { class: "toasts", role: "status", "aria-live": "polite" }));
  const element = h("div", { class: "toast", "data-kind": kind }, words, link && [" ", h("a", { href: link.href }, link.text)]);
  toasts.append(element);
  setTimeout(() => element.remove(), kind === "bad" ? 9000 : 4500);
}

/** Asks in a dialog of the page; resolves to what `result` gives when it is confirmed, to null otherwise. */
export function ask({ title, body, confirm, danger = false, large = false, result = () => true, check = null }) {
  return new Promise((resolve) => {
    const problem = h("p", { class: "problem", hidden: true });
    const yes = h("button", { class: danger ? "danger" : "main", type: "submit", value: "yes" }, confirm);
    const dialog = h("dialog", { class: large ? "large" : null, "aria-label": title },
      h("form", {
        method: "dialog",
        onsubmit: (event) => {
          const wrong = check?.();
          if (wrong && event.submitter === yes) {
            event.preventDefault();
            problem.hidden = false;
            say(problem, wrong);
          }
        },
      },
      h("h2", null, title), body, problem,
      h("div", { class: "end" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), yes)));
    dialog.addEventListener("close", () => {
      const answer = dialog.returnValue === "yes" ? result() : null;
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Copies text; a page that may not shows it instead. */
export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    const before = button.textContent;
    say(button, "Copied");
    setTimeout(() => say(button, before), 1200);
  } catch {
    toast("the browser does not let this page copy; select the text instead", "bad");
  }
}
