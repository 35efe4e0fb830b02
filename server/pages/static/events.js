// What happens, as the service tells it: it makes a page look anew, at once where it was quiet.

import { at } from './calls.js';

const KINDS = ['job', 'deleted', 'document', 'progress', 'reset'];
const SOON_MS = 200;
/** What is told is true of jobs; lists and the words that find them follow within this time. */
const SETTLES_MS = 3000;

/** Listen to a stream of events while the page is seen. `look` is called soon after something has
 * happened, but no more often than every `everyMs`. Where there is no stream, nothing is: pages poll. */
export function events(path, everyMs, look) {
  let source = null, timer = 0, looked = 0, wanted = false, told = false, last = 0;
  function soon() {
    last = performance.now();
    if (timer) return;
    timer = setTimeout(() => { timer = 0; looked = performance.now(); look(); },
      Math.max(SOON_MS, looked + everyMs - performance.now()));
  }
  function close() {
    if (source) source.close();
    source = null;
    told = false;
  }
  function open() {
    if (source || document.hidden || !wanted) return;
    source = new EventSource(at(path));
    source.addEventListener('open', () => { told = true; last = performance.now(); });
    source.addEventListener('error', () => {
      told = false;
      // Turned away, not cut off: the page polls, and tries again when it is looked at anew.
      if (source && source.readyState === EventSource.CLOSED) close();
    });
    KINDS.forEach((kind) => source.addEventListener(kind, soon));
    source.addEventListener('end', (event) => {
      soon();
      if (JSON.parse(event.data).reason !== 'draining') close();
    });
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  return {
    /** Whether there is something to listen to. */
    want(yes) { wanted = yes; if (yes) open(); else close(); },
    /** Whether changes are told since, and what was told shows in what was asked for at a time: then
     * a page need not ask again. */
    tells: (asked) => told && asked > last + SETTLES_MS,
  };
}
