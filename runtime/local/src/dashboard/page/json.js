// JSON as it is written, indented and coloured. The text is not parsed into values: that would change numbers, drop the second
// of two equal keys, and fail where a text is cut.

import { h } from "./dom.js";

// Longer texts are shown as they are: an element for each word would be too many.
const MOST = 70000;
const MOST_PIECES = 6000;
const TOKEN = /"(?:[^"\\]|\\[\s\S])*"?|[{}[\],:]|[^\s"{}[\],:]+/y;
const SPACE = /\s*/y;

/** The words of a text of JSON; null for a text that is none. */
function tokens(text) {
  const found = [];
  let at = 0;
  while (at < text.length) {
    SPACE.lastIndex = at;
    at += SPACE.exec(text)[0].length;
    if (at >= text.length) break;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (!token || found.length > MOST_PIECES * 4) return null;
    found.push(token);
    at += token.length;
  }
  return found;
}

const looksLikeJson = (text) => /^\s*[[{"]/.test(text) || /^\s*(-?\d[\d.eE+-]*|true|false|null)\s*$/.test(text);

/** Indented, as one string. */
export function indent(text) {
  return pieces(text)?.map((piece) => piece.text).join("") ?? text;
}

function pieces(text) {
  if (text.length > MOST || !looksLikeJson(text)) return null;
  const all = tokens(text);
  if (!all) return null;
  const found = [];
  let depth = 0;
  const line = () => found.push({ text: `\n${"  ".repeat(Math.min(depth, 40))}`, kind: "" });
  const isShort = (from, close) => {
    // A list of a few plain values stays on its line.
    let length = 0;
    for (let at = from + 1; at < all.length && at < from + 24; at++) {
      if (all[at] === close) return length < 60;
      if ("{}[]".includes(all[at])) return false;
      length += all[at].length + 1;
    }
    return false;
  };
  let flat = null;
  for (let at = 0; at < all.length; at++) {
    const token = all[at];
    if (token === "{" || token === "[") {
      found.push({ text: token, kind: "" });
      const close = token === "{" ? "}" : "]";
      if (all[at + 1] === close) {
        found.push({ text: close, kind: "" });
        at++;
      } else if (isShort(at, close)) {
        flat = close;
      } else {
        depth++;
        line();
      }
    } else if (token === "}" || token === "]") {
      if (flat === token) flat = null;
      else {
        depth = Math.max(0, depth - 1);
        line();
      }
      found.push({ text: token, kind: "" });
    } else if (token === ",") {
      found.push({ text: flat ? ", " : ",", kind: "" });
      if (!flat) line();
    } else if (token === ":") {
      found.push({ text: ": ", kind: "" });
    } else {
      const kind = token[0] !== '"' ? "literal" : all[at + 1] === ":" ? "key" : "string";
      found.push({ text: token, kind });
    }
    if (found.length > MOST_PIECES) return null;
  }
  return found;
}

/** Characters that show nothing, or turn the text around, as their numbers. */
function shown(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A block with a text, indented where it is JSON. */
export function block(text) {
  const found = pieces(text);
  if (!found) return h("pre", { class: "text" }, shown(text));
  return h("pre", { class: "text" }, found.map((piece) => (piece.kind ? h("span", { class: piece.kind }, shown(piece.text)) : shown(piece.text))));
}

export { shown };
