// What became of telling receivers that jobs have ended, newest jobs first.

import { at, get, live, may, notice, send } from './calls.js';
import { content, h, listen, show } from './dom.js';
import { capital } from './job_parts.js';
import { ago, fullTime, number, wait } from './words.js';

const WORDS = { due: 'not delivered yet', delivered: 'delivered', failed: 'given up' };
const LOOKS = { due: 'queued', delivered: 'succeeded', failed: 'failed' };
const FIELDS = ['state', 'collection', 'after'];
const place = { filters: h('div', {}), told: h('p', { role: 'status' }), list: h('div', {}) };
let collections = [];

show(content, place.filters, place.told, place.list);
drawFilters();
const look = live(() => `/deliveries?${query(asked(), { limit: 50 })}`, 3000, (page) => show(place.list, list(page)));
if (may('read')) {
  get('/collections?limit=200').then(({ items }) => {
    collections = items.map((each) => each.collection);
    drawFilters();
  }, () => { /* the list is there without them */ });
}

addEventListener('popstate', () => { drawFilters(); look(); });
content.addEventListener('change', ({ target: { name, value } }) => {
  if (name === 'collection') go({ collection: value, after: null });
});
content.addEventListener('submit', (event) => event.preventDefault());
listen(content, {
  state: (button) => go({ state: button.dataset.state, after: null }),
  older: (link) => go({ after: link.dataset.after }),
  newest: () => go({ after: null }),
  replay,
});

function asked() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(FIELDS.map((name) => [name, given.get(name)]));
}

function query(fields, more = {}) {
  return new URLSearchParams(Object.entries({ ...fields, ...more }).filter(([, value]) => value)).toString();
}

function go(changes) {
  const written = query(asked(), changes);
  history.pushState(null, '', written ? `?${written}` : location.pathname);
  place.told.textContent = '';
  drawFilters();
  look();
}

function drawFilters() {
  const { state, collection } = asked();
  const names = collection && !collections.includes(collection) ? [collection, ...collections] : collections;
  const tab = (value, word) => h('button', {
    type: 'button', 'data-do': 'state', 'data-state': value, 'aria-pressed': String((state || '') === value),
  }, word);
  show(place.filters, h('form', { class: 'filters', role: 'search', 'aria-label': 'Webhooks' },
    names.length ? h('div', {}, h('label', { for: 'collection' }, 'Collection'),
      h('select', { id: 'collection', name: 'collection' }, h('option', { value: '' }, 'All'),
        names.map((name) => h('option', { value: name }, name)))) : null,
    h('div', { class: 'tabs', role: 'group', 'aria-label': 'State' },
      tab('', 'All'), Object.entries(WORDS).map(([value, word]) => tab(value, capital(word))))));
  const chosen = place.filters.querySelector('[name=collection]');
  if (chosen) chosen.value = collection || '';
}

function list({ items, next }) {
  const { after, state, collection } = asked();
  const pages = h('div', { class: 'actions' },
    after ? h('button', { type: 'button', class: 'quiet', 'data-do': 'newest' }, 'Newest') : null,
    next ? h('button', { type: 'button', class: 'quiet', 'data-do': 'older', 'data-after': next }, 'Older') : null);
  if (!items.length) return [empty(after || state || collection, next), pages];
  const jobs = new Set();
  const words = ['State', 'Job', 'Collection', 'Last answer', 'Attempts', may('ingest') ? 'Again' : null].filter(Boolean);
  return [
    items.some((each) => each.state === 'failed') ? advice() : null,
    h('section', { class: 'panel' }, h('table', { class: 'stack' },
      h('caption', { class: 'unseen' }, 'Ends of jobs that receivers are told of, newest jobs first'),
      h('thead', {}, h('tr', {}, words.map((word) => h('th', { scope: 'col', class: word === 'Attempts' ? 'number' : null }, word)))),
      h('tbody', {}, items.map((each) => {
        // Only the last run of a job can be told again.
        const isLast = !jobs.has(each.job_id);
        jobs.add(each.job_id);
        return row(each, isLast);
      })))),
    pages,
  ];
}

function advice() {
  return h('section', { class: 'advice' }, h('strong', {}, 'Some receivers were given up.'),
    h('p', {}, 'They answered 410, or not well in all attempts. Mend the receiver and send again: the message is the same, with the same webhook-id.'));
}

function empty(narrowed, next) {
  const found = next ? 'Nothing like that among the newest; there are older ones.' : 'There is nothing like that.';
  return h('section', { class: 'panel' }, h('p', {}, narrowed ? found : 'No receiver was told of anything yet.'),
    narrowed ? null : h('p', {}, 'A collection gets a receiver with ', h('code', {}, 'gristmill webhooks set COLLECTION URL'), ', a single job with its field webhook.'));
}

function row(each, isLast) {
  const { last, next_at: next } = each;
  return h('tr', { 'data-key': `${each.job_id}-${each.run}` },
    h('td', {}, h('span', { class: `state ${LOOKS[each.state]}` }, WORDS[each.state])),
    h('td', { class: 'main' }, h('a', { href: at(`/ui/jobs/${each.job_id}`) }, each.job_id, each.run > 1 ? `, run ${number(each.run)}` : ''),
      h('div', { class: 'muted small' }, each.url)),
    h('td', { 'data-label': 'Collection' }, each.collection),
    h('td', { 'data-label': 'Last answer' }, last ? h('span', {}, last.error ? capital(last.error) : String(last.status), ', ',
      h('time', { datetime: last.at, title: fullTime(last.at) }, ago(last.at))) : 'None yet',
    next && last ? h('div', { class: 'muted small' }, 'tried again ', h('time', { datetime: next, title: fullTime(next) }, coming(next))) : null),
    h('td', { 'data-label': 'Attempts', class: 'number' }, number(each.attempts)),
    may('ingest') ? h('td', {}, isLast ? h('button', {
      type: 'button', class: 'quiet', 'data-do': 'replay', 'data-job': each.job_id, 'aria-label': `Send again: the end of ${each.job_id}`,
    }, 'Send again') : null) : null);
}

function coming(when) {
  const seconds = (new Date(when) - Date.now()) / 1000;
  return seconds < 1 ? 'now' : `in ${wait(seconds)}`;
}

async function replay(button) {
  button.disabled = true;
  try {
    await send('POST', `/ingest/${button.dataset.job}/webhook`);
    place.told.textContent = 'It is sent again.';
    await look();
  } catch (error) {
    notice(error.message);
  }
  button.disabled = false;
}
