// Numbers, times and durations for people.

const two = (number) => String(number).padStart(2, "0");
const UNITS = [["d", 86400000], ["h", 3600000], ["min", 60000], ["s", 1000]];

/** `340 ms`, `2.5 s`, `6 min`, `2 h 5 min`. */
export function duration(millis) {
  if (millis === null || millis === undefined) return "–";
  const value = Math.max(0, millis);
  if (value < 1000) return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ms`;
  if (value < 10000) return `${Math.round(value / 100) / 10} s`;
  if (value < 60000) return `${Math.round(value / 1000)} s`;
  const at = UNITS.findIndex(([, size]) => value >= size);
  const [unit, size] = UNITS[at];
  const whole = Math.floor(value / size);
  const [less, small] = UNITS[at + 1];
  const rest = Math.floor((value - whole * size) / small);
  return rest && whole < 10 ? `${whole} ${unit} ${rest} ${less}` : `${whole} ${unit}`;
}

/** The same without the second unit, for a column. */
export function age(millis) {
  if (millis < 1000) return "now";
  const [unit, size] = UNITS.find(([, least]) => millis >= least);
  return `${Math.floor(millis / size)} ${unit}`;
}

export function time(millis) {
  if (!millis) return "–";
  const date = new Date(millis);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function day(millis) {
  const date = new Date(millis);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** With the day where it is another one than that of `now`. */
export function moment(millis, now) {
  if (!millis) return "–";
  return day(millis) === day(now) ? time(millis) : `${day(millis)} ${time(millis)}`;
}

export function bytes(count) {
  if (count < 1024) return `${count} B`;
  if (count < 1048576) return `${Math.round(count / 102.4) / 10} kB`;
  return `${Math.round(count / 104857.6) / 10} MB`;
}

const grouped = new Intl.NumberFormat("en");
export const number = (count) => grouped.format(count);

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** The first part of a MessageId, which is enough to tell messages apart. */
export const short = (id) => String(id).slice(0, 8);

/** A duration as the command line takes it. */
export function exact(millis) {
  const [unit, size] = [["d", 86400000], ["h", 3600000], ["m", 60000], ["s", 1000], ["ms", 1]].find(([, least]) => millis % least === 0);
  return `${millis / size}${unit}`;
}
