// The calls of the service, as pages use them.

const { root, can, signIn, bound } = document.body.dataset;

/** The address of a path of the service. */
export const at = (path) => root + path;

/** Whether the key may do what needs a scope. */
export const may = (scope) => can.split(' ').includes(scope);
export const isBound = bound === 'yes';

export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || `The service answered ${status}.`);
    this.status = status;
    this.code = document.code || '';
    this.document = document;
  }
}

/** The answer of a call; a Problem where it is none. */
export async function ask(path, options = {}) {
  const answer = await fetch(at(path), { cache: 'no-store', ...options });
  if (answer.ok || answer.status === 304) return answer;
  if (answer.status === 401) signInAgain();
  let document = {};
  try { document = await answer.json(); } catch { /* no problem document: a proxy's answer */ }
  throw new Problem(answer.status, document);
}

export async function get(path) {
  return (await ask(path)).json();
}

export async function send(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { 'Content-Type': 'application/json' };
  }
  const answer = await ask(path, options);
  return answer.status === 204 ? null : answer.json();
}

function signInAgain() {
  const here = location.pathname.slice(root.length) + location.search;
  location.assign(`${signIn}?next=${encodeURIComponent(here)}`);
}

/** Say something that concerns the whole page; null takes it away. */
export function notice(text) {
  const place = document.getElementById('notice');
  place.hidden = !text;
  if (place.textContent !== (text || '')) place.textContent = text || '';
}

const QUIET_MS = 15000;

/** Ask again and again while the page is seen. `path` may be a function; `show` gets each answer, and
 * the last one again where nothing has changed: times go on. While `heard` says that a change since it
 * was asked last would be told (events.js), it is asked seldom. Returns what asks at once. */
export function live(path, everyMs, show, heard = () => false) {
  let timer = 0, tag = null, known = null, last = null, turn = 0, asked = 0, status = 0;
  function tick() {
    if (document.hidden) return;
    if (!known || !heard(asked) || performance.now() - asked > QUIET_MS) { look(); return; }
    show(known, status);
    timer = setTimeout(tick, everyMs);
  }
  async function look() {
    clearTimeout(timer);
    if (document.hidden) return;
    const mine = ++turn, began = performance.now();
    const wanted = typeof path === 'function' ? path() : path;
    if (wanted !== last) { tag = null; known = null; last = wanted; }
    try {
      const answer = await ask(wanted, { headers: tag ? { 'If-None-Match': tag } : {} });
      const fresh = answer.status === 304 ? known : await answer.json();
      if (mine !== turn) return;
      tag = answer.headers.get('ETag') || tag;
      known = fresh;
      asked = began;
      if (answer.status !== 304) ({ status } = answer);
      notice(null);
      show(known, status);
    } catch (error) {
      if (mine !== turn) return;
      if (error instanceof Problem && error.status === 404) { show(null, 404); return; }
      notice(error instanceof Problem ? error.message
        : 'The service does not answer. It is asked again and again.');
    }
    timer = setTimeout(tick, everyMs);
  }
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  look();
  return look;
}
