// Bulk actions: asked for where jobs are listed, and what their pages have in common.

import { at, may, notice, send, Problem } from './calls.js';
import { confirmed } from './dialogs.js';
import { h } from './dom.js';
import { count, number } from './words.js';

export const DOES = { retry: 'Retry', cancel: 'Cancel', delete: 'Delete' };
const DONE = { retry: 'retried', cancel: 'cancelled', delete: 'deleted' };
const STATE = { waiting: 'queued', running: 'running', cancelling: 'running', cancelled: 'cancelled', done: 'succeeded', failed: 'failed' };
let busy = false;
const AFTERWARDS = {
  retry: 'Their failed and cancelled documents are read again. They wait while the queue is more than half full.',
  cancel: 'What is done stays, what is waiting is left out.',
  delete: 'Their history, what became of each document, their keys and uploads kept for a retry are gone for ever. Their documents stay in the library.',
};

/** The buttons that do something with all jobs of a list. */
export function acting() {
  if (!may('ingest')) return null;
  return h('div', { class: 'actions bulk', role: 'group', 'aria-label': 'All jobs of this list' },
    h('span', { class: 'muted' }, 'All of these:'),
    Object.entries(DOES).map(([action, word]) => h('button', {
      type: 'button', class: 'quiet', 'data-do': 'bulk', 'data-action': action,
    }, `${word} …`)),
    h('a', { class: 'aside', href: at('/ui/bulk') }, 'Bulk actions'));
}

/** Say with how many jobs it would be done, and begin it when the user says so. */
export async function act(action, query) {
  // The button stays as it is: a disabled one would lose the focus.
  if (busy) return;
  busy = true;
  try {
    await ask(action, query);
  } catch (error) {
    notice(error instanceof Problem ? error.message : 'The service does not answer.');
  }
  busy = false;
}

async function ask(action, query) {
  const asked = { action, ...Object.fromEntries(Object.entries(query).filter(([, value]) => value)) };
  const { jobs, confirm } = await send('POST', '/bulk', asked);
  notice(jobs ? null : `None of these jobs can be ${DONE[action]}.`);
  if (!jobs) return;
  const word = `${DOES[action]} ${count(jobs, 'job')}`;
  const sure = await confirmed(`${word}?`, word, {
    more: h('p', {}, AFTERWARDS[action]), typed: action === 'delete' ? String(jobs) : null,
  });
  if (!sure) return;
  const begun = await send('POST', '/bulk', { ...asked, confirm });
  location.assign(at(`/ui/bulk/${begun.bulk_id}`));
}

/** What it does, to whom: "Retry 12 jobs". */
export const titleOf = ({ action, jobs }) => `${DOES[action]} ${count(jobs, 'job')}`;

export const bulkState = (state) => h('span', { class: `state ${STATE[state]}` }, state);

/** How far it has come. */
export function bulkProgress({ jobs, done, refused, failed, no_longer: gone, state }) {
  const ended = ['done', 'cancelled', 'failed'].includes(state), counted = done + refused + failed;
  return h('div', { class: 'progress' },
    ended ? null : h('progress', { max: Math.max(1, jobs), value: Math.min(counted, jobs), 'aria-label': 'Jobs that are dealt with' }),
    h('span', {}, `${number(done)} of ${count(jobs, 'job')}`),
    refused ? h('span', { class: 'warn' }, `, ${number(refused)} refused`) : null,
    failed ? h('span', { class: 'bad' }, `, ${number(failed)} failed`) : null,
    gone ? h('span', { class: 'muted' }, `, ${number(gone)} no longer so`) : null);
}

/** The query in words; where it can be looked at in the list of jobs. */
export function queryOf({ q, state, collection, filter }) {
  const parts = [
    q ? ['with the words ', h('code', {}, q)] : null,
    state ? ['in the state ', h('code', {}, state)] : null,
    collection ? ['in the collection ', h('code', {}, collection)] : null,
    filter ? ['that pass ', h('code', {}, filter)] : null,
  ].filter(Boolean);
  if (!parts.length) return 'all jobs';
  return ['jobs ', parts.map((part, i) => [i ? ', ' : '', part])];
}
