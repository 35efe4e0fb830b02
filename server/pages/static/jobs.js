// The list of jobs: live, newest first, its filters in the address.

import { act, acting } from './bulk_parts.js';
import { at, get, live, may } from './calls.js';
import { content, h, listen, show } from './dom.js';
import { events } from './events.js';
import { STATES, WORDS, capital, nameOf, progressOf, stateOf, waits } from './job_parts.js';

const FIELDS = ['q', 'state', 'collection', 'filter', 'when', 'after'];
const LIMIT = 50;
const TIMES = { '': 'Any time', 'new-1': 'Since yesterday', 'new-7': 'The last 7 days', 'old-7': 'Over 7 days ago', 'old-30': 'Over 30 days ago' };
const place = { filters: h('div', {}), bulk: h('div', {}), list: h('div', {}) };
let collections = [];
let typing = 0, underway = false;

show(content, place.filters, place.bulk, place.list);
drawFilters();
if (may('read')) {
  get('/collections?limit=200')
    .then((page) => { collections = page.items.map((each) => each.collection); drawFilters(); })
    .catch(() => { /* then only the one in the address is offered */ });
}

const heard = events(`/events?${new URLSearchParams({ filter: 'event in (job, deleted)' })}`, 3000, () => look());
const look = live(() => `/ingest?${query({ ...wanted(), after: asked().after }, { limit: LIMIT })}`, 3000, (page) => {
  underway = page.items.some((job) => job.state === 'running');
  show(place.list, list(page));
  show(place.bulk, page.items.length ? acting() : null);
}, (askedAt) => heard.tells(askedAt) && !underway);  // how far a job has come is no event of jobs
heard.want(true);

addEventListener('popstate', () => { drawFilters(true); look(); });
listen(content, {
  state: (button) => go({ state: button.dataset.state || null, after: null }),
  clear: () => { go({ q: null, state: null, collection: null, filter: null, when: null, after: null }); drawFilters(true); },
  bulk: (button) => act(button.dataset.action, wanted()),
  older: (link) => go({ after: link.dataset.after }),
  newest: () => go({ after: null }),
});
content.addEventListener('input', (event) => {
  if (event.target.name !== 'q') return;
  clearTimeout(typing);
  typing = setTimeout(() => go({ q: event.target.value.trim() || null, after: null }, true), 200);
});
content.addEventListener('change', (event) => {
  const { name, value } = event.target;
  if (['collection', 'filter', 'when'].includes(name)) go({ [name]: value.trim() || null, after: null });
});
// Enter in the filter is a change of it, which comes first.
content.addEventListener('submit', (event) => event.preventDefault());

function asked() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(FIELDS.map((name) => [name, given.get(name)]));
}

/** The query as calls take it: the time is a part of its filter. */
function wanted() {
  const { q, state, collection, filter, when } = asked(), [side, days] = (when || '').split('-');
  const day = new Date(Date.now() - Number(days) * 86400000);
  const time = TIMES[when] && when ? `submitted_at ${side === 'old' ? '<' : '>='} ${day.toISOString().slice(0, 10)}` : null;
  return { q, state, collection, filter: filter && time ? `(${filter}) and ${time}` : filter || time };
}

function query(fields, more = {}) {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...fields, ...more })) if (value) written.set(name, value);
  return written.toString();
}

/** Another filter is an entry of the browser's history; letters that are being typed are one together. */
function go(changes, typed = false) {
  const before = asked();
  const written = query({ ...before, ...changes });
  const address = written ? `${location.pathname}?${written}` : location.pathname;
  if (typed && before.q) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  drawFilters();
  look();
}

/** The filters as the address has them. What is being typed stays, unless somebody went back. */
function drawFilters(anew = false) {
  const { q, state, collection, filter, when } = asked();
  const names = collection && !collections.includes(collection) ? [collection, ...collections] : collections;
  const tab = (value, word) => h('button', {
    type: 'button', 'data-do': 'state', 'data-state': value, 'aria-pressed': String((state || '') === value),
  }, word);
  show(place.filters, h('form', { class: 'filters', role: 'search', 'aria-label': 'Jobs' },
    h('div', { class: 'grow' }, h('label', { for: 'q' }, 'Search'),
      h('input', { id: 'q', name: 'q', type: 'search', value: q || '', placeholder: 'Name, metadata, key or reason', autocomplete: 'off' })),
    h('div', { class: 'grow' }, h('label', { for: 'filter' }, 'Filter'),
      h('input', { id: 'filter', name: 'filter', type: 'text', value: filter || '', placeholder: 'failed > 0 and key = nightly', autocomplete: 'off', spellcheck: 'false' })),
    h('div', {}, h('label', { for: 'when' }, 'Submitted'),
      h('select', { id: 'when', name: 'when' }, Object.entries(TIMES).map(([value, word]) => h('option', { value }, word)))),
    names.length ? h('div', {}, h('label', { for: 'collection' }, 'Collection'),
      h('select', { id: 'collection', name: 'collection' }, h('option', { value: '' }, 'All'),
        names.map((name) => h('option', { value: name }, name)))) : null,
    h('div', { class: 'tabs', role: 'group', 'aria-label': 'State' },
      tab('', 'All'), STATES.map((each) => tab(each, capital(WORDS[each]))))));
  const input = place.filters.querySelector('[name=q]');
  if (anew || document.activeElement !== input) input.value = q || '';
  const condition = place.filters.querySelector('[name=filter]');
  if (anew || document.activeElement !== condition) condition.value = filter || '';
  place.filters.querySelector('[name=when]').value = TIMES[when] ? when : '';
  const chosen = place.filters.querySelector('[name=collection]');
  if (chosen) chosen.value = collection || '';
}

function list(page) {
  const fields = asked();
  if (!page.items.length) return empty(fields);
  return [
    h('section', { class: 'panel' }, h('table', { class: 'stack jobs' },
      h('caption', { class: 'unseen' }, 'Jobs, newest first'),
      h('thead', {}, h('tr', {}, ['State', 'Job', 'Collection', 'Documents', 'When'].map((word) => h('th', { scope: 'col' }, word)))),
      h('tbody', {}, page.items.map(row)))),
    h('div', { class: 'actions' },
      fields.after ? h('a', { class: 'button quiet', href: `?${query({ ...fields, after: null })}`, 'data-do': 'newest' }, 'Newest') : null,
      page.next ? h('a', { class: 'button quiet', href: `?${query({ ...fields, after: page.next })}`, 'data-do': 'older', 'data-after': page.next }, 'Older') : null),
  ];
}

function row(job) {
  return h('tr', { 'data-key': job.job_id },
    h('td', {}, stateOf(job.state)),
    h('td', { class: 'main' }, h('a', { href: at(`/ui/jobs/${job.job_id}`), title: job.name || job.job_id }, nameOf(job)),
      job.error ? h('div', { class: 'muted small' }, capital(job.error.message)) : null),
    h('td', { 'data-label': 'Collection' }, job.collection),
    h('td', { 'data-label': 'Documents' }, h('div', { class: 'progress' }, progressOf(job))),
    h('td', { 'data-label': 'When', class: 'muted' }, h('span', {}, waits(job, 1))));
}

function empty({ q, state, collection, filter, when, after }) {
  if (!q && !state && !collection && !filter && !when && !after) {
    return h('section', { class: 'panel' }, h('h2', {}, 'No job yet'),
      h('p', {}, may('ingest')
        ? ['Bring documents in on the page ', h('a', { href: at('/ui/ingest') }, 'Ingest'), ', or with ', h('code', {}, 'gristmill ingest FILE'), '.']
        : 'Jobs are shown here once there are some.'));
  }
  return h('section', { class: 'panel' }, h('p', {}, after ? 'There are no older ones.' : 'No job is like that.'),
    h('button', { type: 'button', class: 'quiet', 'data-do': 'clear' }, 'Show all jobs'));
}
