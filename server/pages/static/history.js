// What became of a document before: the jobs that name it, each with its outcome. The library keeps no older
// text, so there is nothing to compare the newest one with.

import { at, get } from './calls.js';
import { h } from './dom.js';
import { stateOf } from './job_parts.js';
import { ago, bytes, fullTime, number } from './words.js';

const MOST = 10, ROWS = 1000;

/** The outcomes that are known, the newest first. */
export async function historyOf({ document_id: id, uri, collection }) {
  const query = new URLSearchParams({ q: uri, collection, limit: String(MOST) });
  const { items: jobs, next } = await get(`/ingest?${query}`);
  const found = await Promise.all(jobs.map((job) => outcome(job, id, uri)));
  const rows = found.filter(Boolean);
  const said = 'The jobs whose names or first documents have the words of its address. Of their texts the library keeps the last two: see Changes.';
  return h('section', { class: 'panel' }, h('h2', {}, 'History'),
    rows.length ? h('table', { class: 'stack' },
      h('caption', { class: 'unseen' }, 'What became of it, the newest first'),
      h('thead', {}, h('tr', {}, ['Outcome', 'Job', 'When'].map((word) => h('th', { scope: 'col' }, word)),
        ['Size', 'Chunks'].map((word) => h('th', { scope: 'col', class: 'number' }, word)))),
      h('tbody', {}, rows.map(row))) : h('p', {}, 'No job is known that has read it.'),
    h('p', { class: 'muted small' }, next ? `${said} Of many, the newest ${number(MOST)} were looked at.` : said));
}

async function outcome(job, id, uri) {
  const { items } = await get(`/ingest/${job.job_id}/documents?limit=${ROWS}`);
  const each = items.find((row) => row.document_id === id || row.uri === uri);
  return each ? { job, each } : null;
}

function row({ job, each }) {
  const when = job.finished_at || job.submitted_at;
  return h('tr', { 'data-key': job.job_id },
    h('td', {}, stateOf(each.state), each.code ? h('div', { class: 'muted small' }, each.message || each.code) : null),
    h('td', { 'data-label': 'Job' }, h('a', { href: at(`/ui/jobs/${job.job_id}`) }, job.job_id.slice(0, 13))),
    h('td', { 'data-label': 'When', class: 'muted' }, h('time', { datetime: when, title: fullTime(when) }, ago(when))),
    h('td', { class: 'number', 'data-label': 'Size' }, each.bytes === null ? '' : bytes(each.bytes)),
    h('td', { class: 'number', 'data-label': 'Chunks' }, each.chunks === null ? '' : number(each.chunks)));
}
