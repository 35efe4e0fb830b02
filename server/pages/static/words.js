// Numbers and times as people say them.

const whole = new Intl.NumberFormat('en');
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

export const number = (value) => whole.format(value);

/** "1 job", "2 jobs". */
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

export function bytes(value) {
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) { value /= 1024; unit += 1; }
  const text = unit && value < 10 ? value.toFixed(1) : number(Math.round(value));
  return `${text} ${unit === 0 && value === 1 ? 'byte' : UNITS[unit]}`;
}

/** A duration, as exact as anybody wants it. */
export function duration(seconds) {
  if (seconds < 0.9995) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${minutes < 10 ? rest(Math.floor(seconds % 60), 's') : ''}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${hours < 10 ? rest(minutes % 60, 'min') : ''}`;
  return count(Math.floor(hours / 24), 'day');
}

const rest = (value, unit) => (value ? ` ${value} ${unit}` : '');

/** Whole seconds only: for what is looked at again and again. */
export const wait = (seconds) => duration(seconds < 60 ? Math.max(0, Math.floor(seconds)) || 0 : seconds)
  .replace(/^0 ms$/, '0 s');

export const secondsBetween = (from, to) => (new Date(to) - new Date(from)) / 1000;
export const secondsSince = (when) => Math.max(0, (Date.now() - new Date(when)) / 1000);

export function ago(when) {
  const seconds = secondsSince(when);
  return seconds < 5 ? 'just now' : `${wait(seconds)} ago`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
export const clockTime = (when) => clock.format(new Date(when));
export const fullTime = (when) => full.format(new Date(when));
export const dayOf = (when) => day.format(new Date(when));

/** The last part of a path or address, for where there is little room. */
export function shortName(uri) {
  const parts = uri.split('/').filter(Boolean);
  return parts.length ? parts[parts.length - 1] : uri;
}
