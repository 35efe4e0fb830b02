// The trash: deleted documents, which come back as they were.

import { get, may, notice, Problem, send } from './calls.js';
import { confirmed } from './dialogs.js';
import { content, h, listen, show } from './dom.js';
import { ago, count, fullTime, number } from './words.js';

const LIMIT = 100;
const EVERYTHING = 'uri exists';
const place = { filters: h('div', {}), told: h('p', { role: 'status' }), list: h('div', {}) };
let items = [], next = null, days = 0, turn = 0, timer = 0;
/** The ids of documents that are ticked. */
const picked = new Set();

show(content, place.filters, place.told, place.list);
drawFilter();
look();

addEventListener('popstate', () => { drawFilter(); look(); });
content.addEventListener('submit', (event) => {
  event.preventDefault();
  const filter = content.querySelector('[name=filter]').value.trim();
  history.pushState(null, '', filter ? `${location.pathname}?${new URLSearchParams({ filter })}` : location.pathname);
  look();
});
content.addEventListener('change', ({ target }) => {
  if (target.name !== 'pick') return;
  picked[target.checked ? 'add' : 'delete'](target.value);
  draw();
});
listen(content, { more: () => look(next), some: restorePicked, all: restoreAll });

function asked() {
  return new URLSearchParams(location.search).get('filter') || '';
}

function drawFilter() {
  show(place.filters, h('form', { class: 'filters', role: 'search' },
    h('div', { class: 'grow' }, h('label', { for: 'filter' }, 'Filter'),
      h('input', { id: 'filter', name: 'filter', type: 'text', autocomplete: 'off', spellcheck: 'false', placeholder: 'collection = drafts and uri ~ *.md' })),
    h('button', { type: 'submit' }, 'Filter')));
  place.filters.querySelector('[name=filter]').value = asked();
}

/** The list from its beginning, or what comes after a cursor. */
async function look(after = null) {
  const mine = ++turn, filter = asked();
  const query = new URLSearchParams({ limit: LIMIT, ...(filter ? { filter } : {}), ...(after ? { after } : {}) });
  try {
    const page = await get(`/trash?${query}`);
    if (mine !== turn) return;
    items = after ? [...items, ...page.items] : page.items;
    ({ next, days } = page);
    const there = new Set(items.filter((each) => !each.restoring).map((each) => each.document_id));
    for (const id of picked) if (!there.has(id)) picked.delete(id);
    if (there.size < items.length) soon();
    notice(null);
    draw();
  } catch (error) {
    if (mine === turn) said(error);
  }
}

/** What is coming back is looked after until it is gone from here. */
function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, 1000);
}

function draw() {
  show(place.list, h('section', { class: 'panel' }, h('p', { class: 'muted' }, kept()), items.length ? [may('ingest') ? buttons() : null, list()] : null,
    next ? h('button', { type: 'button', class: 'quiet', 'data-do': 'more' }, 'Show more') : null));
  for (const box of place.list.querySelectorAll('[name=pick]')) box.checked = picked.has(box.value);
}

function kept() {
  const long = days ? `What is deleted stays here for ${count(days, 'day')}, then it is gone for good.` : 'What is deleted is gone at once: the trash is off (trash_days).';
  if (items.length) return long;
  return `${asked() ? 'Nothing in the trash passes this filter.' : 'The trash is empty.'} ${long}`;
}

function buttons() {
  return h('div', { class: 'actions' },
    h('button', { type: 'button', 'data-do': 'some', disabled: !picked.size }, picked.size ? `Restore ${count(picked.size, 'document')}` : 'Restore what is ticked'),
    h('button', { type: 'button', class: 'quiet', 'data-do': 'all' }, asked() ? 'Restore all that pass the filter …' : 'Restore all …'));
}

function list() {
  const words = ['Document', 'Collection', 'Chunks', 'Deleted'];
  return h('table', { class: 'stack' },
    h('caption', { class: 'unseen' }, 'Deleted documents, the last one first'),
    h('thead', {}, h('tr', {}, may('ingest') ? h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Ticked')) : null,
      words.map((word) => h('th', { scope: 'col', class: word === 'Chunks' ? 'number' : null }, word)))),
    h('tbody', {}, items.map(row)));
}

function row(each) {
  const name = each.title || each.uri;
  return h('tr', { 'data-key': `${each.document_id} ${each.trashed_at}` },
    may('ingest') ? h('td', { 'data-label': 'Restore' }, h('input', { type: 'checkbox', name: 'pick', value: each.document_id, 'aria-label': `Restore ${name}`, disabled: each.restoring })) : null,
    h('td', { class: 'main' }, h('span', {}, name), h('div', { class: 'muted small' }, each.uri)),
    h('td', { 'data-label': 'Collection' }, each.collection),
    h('td', { 'data-label': 'Chunks', class: 'number' }, number(each.chunks)),
    h('td', { 'data-label': 'Deleted', class: 'muted' }, each.restoring ? 'coming back' : [
      h('time', { datetime: each.trashed_at, title: fullTime(each.trashed_at) }, ago(each.trashed_at)), each.mirror ? ` by the mirror ${each.mirror}` : null]));
}

function restorePicked() {
  return restore({ documents: [...picked] });
}

async function restoreAll() {
  const wanted = { filter: asked() || EVERYTHING };
  try {
    const { documents } = await send('POST', '/trash/restore', { ...wanted, preview: true });
    const word = `Restore ${count(documents, 'document')}`;
    if (await confirmed(`${word}?`, word, { more: h('p', {}, 'They come back as they were, into their collections.') })) await restore(wanted);
  } catch (error) {
    said(error);
  }
}

async function restore(wanted) {
  try {
    const told = await send('POST', '/trash/restore', wanted);
    place.told.textContent = `${count(told.documents, 'document')} restored.${told.in_the_way ? ` ${number(told.in_the_way)} stay: the library has newer ones in their place.` : ''}`;
    await look();
  } catch (error) {
    said(error);
  }
}

function said(error) {
  notice(error instanceof Problem ? error.message : 'The service does not answer.');
}
