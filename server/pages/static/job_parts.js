// What the list of jobs and the page of one have in common.

import { h } from './dom.js';
import { ago, count, duration, fullTime, number, secondsBetween, secondsSince, shortName, wait } from './words.js';

export const STATES = ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'];
export const WORDS = {
  queued: 'waiting', running: 'running', succeeded: 'succeeded', partial: 'failed in part', failed: 'failed',
  cancelled: 'cancelled', pending: 'waiting', unchanged: 'unchanged', duplicate: 'duplicate', skipped: 'skipped',
};
export const ENDED = new Set(['succeeded', 'partial', 'failed', 'cancelled']);

export const stateOf = (state) => h('span', { class: `state ${state}` }, WORDS[state] || state);
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What a job is called. */
export function nameOf(job) {
  if (!job.name) return `Job ${job.job_id.slice(0, 8)}`;
  const first = shortName(job.name);
  return job.sources > 1 ? `${first} and ${number(job.sources - 1)} more` : first;
}

/** "queued 2 h ago, started after 10 s, took 113 ms"; a start sooner than after `from` seconds is left out. */
export function waits(job, from = 0) {
  const parts = [h('time', { datetime: job.submitted_at, title: fullTime(job.submitted_at) }, `queued ${ago(job.submitted_at)}`)];
  if (job.started_at) {
    const waited = Math.max(0, secondsBetween(job.submitted_at, job.started_at));
    if (waited >= from) parts.push(`, started after ${duration(waited)}`);
    if (job.finished_at) parts.push(`, took ${duration(Math.max(0, secondsBetween(job.started_at, job.finished_at)))}`);
    else if (job.state === 'running') parts.push(`, running for ${wait(secondsSince(job.started_at))}`);
  } else if (job.finished_at) parts.push(', never started');
  return parts;
}

/** How far a job has come: a bar while it runs, and what came of its documents. */
export function progressOf({ counts, state, error }) {
  const { total, pending, failed, cancelled, warnings, succeeded, unchanged, duplicate, skipped = 0 } = counts;
  if (!total) return h('span', { class: 'muted' }, state === 'failed' && error ? error.code : ENDED.has(state) ? 'none' : 'not counted yet');
  const ended = ENDED.has(state), good = succeeded + unchanged + duplicate;
  const parts = [
    unchanged ? `${number(unchanged)} unchanged` : null,
    duplicate ? count(duplicate, 'duplicate') : null,
    skipped ? `${number(skipped)} skipped` : null,
    cancelled ? `${number(cancelled)} cancelled` : null,
    warnings ? `${number(warnings)} with warnings` : null,
  ].filter(Boolean);
  const said = ended && good === total ? count(total, 'document')
    : `${number(ended ? good : total - pending)} of ${count(total, 'document')}`;
  return [
    ended ? null : h('progress', { max: total, value: total - pending, 'aria-label': 'Documents that are done' }),
    h('span', {}, said), failed ? h('span', { class: 'bad' }, `, ${number(failed)} failed`) : null,
    parts.length ? h('span', { class: 'muted' }, `, ${parts.join(', ')}`) : null,
  ];
}
