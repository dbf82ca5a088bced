// The API, the stream of what changes, and the command line that does the same.

let commands = new Map();
const listeners = new Set();
const ends = new Set();

/** The newest picture, and when it came. */
export const live = { picture: null, at: 0, state: "lost" };

/** The commands, by their names. */
export async function loadCommands() {
  const answer = await (await fetch("/api/help")).json();
  commands = new Map(answer.commands.map((command) => [command.name, command]));
}

/** Calls a command; rejects with the words of the API. */
export async function call(name, params = {}, signal = undefined) {
  const command = commands.get(name);
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false);
  let url = command.path;
  const options = { method: command.method, signal };
  if (command.method === "GET") {
    const query = new URLSearchParams();
    for (const [key, value] of given) for (const one of [value].flat()) query.append(key, one);
    if (given.length) url += `?${query}`;
  } else {
    options.body = JSON.stringify(Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined && value !== null)));
    options.headers = { "content-type": "application/json" };
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("the program does not answer: does it still run?");
  }
  const text = await response.text();
  if (response.headers.get("content-type")?.startsWith("application/json")) {
    const answer = JSON.parse(text);
    if (!response.ok) throw new Error(answer.error ?? response.statusText);
    return answer;
  }
  if (!response.ok) throw new Error(text || response.statusText);
  return text;
}

/** The address of a text that is too long for the page. */
export const textUrl = (name, id) => `${commands.get(name).path}?id=${encodeURIComponent(id)}`;

const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The line for a shell that does the same as a call. */
export function commandLine(name, params = {}) {
  const command = commands.get(name);
  const words = ["cargo run --", name];
  const late = [];
  for (const argument of command.arguments) {
    const value = params[argument.name];
    if (value === undefined || value === null || value === "" || value === false) {
      if (argument.form === "place") words.push(argument.name.toUpperCase());
      continue;
    }
    if (argument.form === "place") words.push(quoted(String(value)));
    else if (argument.form === "places") late.push(...[value].flat().map((one) => quoted(String(one))));
    else if (argument.form === "flag") words.push(`--${argument.name}`);
    else for (const one of [value].flat()) words.push(`--${argument.name}`, quoted(String(one)));
  }
  // Another application may be behind the port that commands talk to by default.
  if (location.port !== "8001") late.push("--dashboard-port", location.port);
  return [...words, ...late].join(" ");
}

/** The time of the cloud, as well as it is known. */
export function now() {
  if (!live.picture) return Date.now();
  return live.picture.now + (performance.now() - live.at) * live.picture.speed;
}

/** Calls `listener` with each picture, also with the newest, until `signal` is aborted. */
export function onPicture(listener, signal) {
  listeners.add(listener);
  signal?.addEventListener("abort", () => listeners.delete(listener));
  if (live.picture) listener(live.picture);
}

/** Calls `listener` when the connection comes or goes. */
export function onState(listener) {
  ends.add(listener);
  listener(live.state);
}

function setState(state) {
  live.state = state;
  for (const listener of ends) listener(state);
}

let source = null;

function open() {
  if (source || document.hidden) return;
  source = new EventSource("/api/watch");
  source.onopen = () => setState("live");
  source.onmessage = (event) => {
    live.picture = JSON.parse(event.data);
    live.at = performance.now();
    if (live.state !== "live") setState("live");
    for (const listener of listeners) listener(live.picture);
  };
  source.onerror = () => {
    setState("lost");
    // A browser tries again by itself, but not after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) {
      close();
      setTimeout(open, 2000);
    }
  };
}

function close() {
  source?.close();
  source = null;
}

/** Listens while the page can be seen. */
export function listen() {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      setState("paused");
    } else {
      open();
    }
  });
  open();
}
