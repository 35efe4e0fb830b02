// Search: the query and its filters stand in the address.

import { at, get, notice, Problem } from './calls.js';
import { content, h, listen, show } from './dom.js';
import { capital } from './job_parts.js';
import { count, number, shortName } from './words.js';

const FACETS = { collection: 'Collection', media_type: 'Format', language: 'Language' };
const place = { form: h('div', {}), found: h('div', {}) };
let typing = 0, turn = 0, shown = null;

show(content, place.form, place.found);
draw();
look();

addEventListener('popstate', () => { draw(); look(); });
content.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(typing);
  go({ q: content.querySelector('[name=q]').value.trim(), filter: content.querySelector('[name=filter]').value.trim() });
});
content.addEventListener('input', (event) => {
  if (event.target.name !== 'q') return;
  clearTimeout(typing);
  typing = setTimeout(() => go({ q: event.target.value.trim() }, true), 250);
});
listen(content, {
  narrow: (button) => narrow(button.dataset.field, button.dataset.value),
  wide: () => { go({ filter: '' }); draw(); },
  more,
  instead: (link) => { go({ q: link.textContent }); draw(); },
});

function asked() {
  const given = new URLSearchParams(location.search);
  return { q: given.get('q') || '', filter: given.get('filter') || '' };
}

function go(changes, typed = false) {
  const before = asked(), fields = { ...before, ...changes };
  if (fields.q === before.q && fields.filter === before.filter) return;
  const written = new URLSearchParams(Object.entries(fields).filter(([, value]) => value)).toString();
  const address = written ? `${location.pathname}?${written}` : location.pathname;
  if (typed && before.q) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  look();
}

/** One more condition, or the one that is there taken away. */
function narrow(field, value) {
  const test = `${field} = "${value.replace(/[\\"]/g, '\\$&')}"`;
  const tests = asked().filter ? asked().filter.split(' and ') : [];
  go({ filter: (tests.includes(test) ? tests.filter((each) => each !== test) : [...tests, test]).join(' and ') });
  draw();
}

function draw() {
  const { q, filter } = asked();
  show(place.form, h('form', { class: 'filters', role: 'search' },
    h('div', { class: 'grow' }, h('label', { for: 'q' }, 'Words, "phrases", begin*, -without'),
      h('input', { id: 'q', name: 'q', type: 'search', autocomplete: 'off', maxlength: 2000 })),
    h('div', { class: 'grow' }, h('label', { for: 'filter' }, 'Filter'),
      h('input', { id: 'filter', name: 'filter', type: 'text', autocomplete: 'off', spellcheck: 'false', placeholder: 'pages > 10 and metadata.team = legal' })),
    h('button', { type: 'submit' }, 'Search')));
  place.form.querySelector('[name=q]').value = q;
  place.form.querySelector('[name=filter]').value = filter;
  if (!q) place.form.querySelector('[name=q]').focus({ preventScroll: true });
}

async function look() {
  const { q, filter } = asked(), mine = ++turn;
  if (!q) { show(place.found, h('p', { class: 'muted' }, 'All documents that were read are searched.')); return; }
  const query = new URLSearchParams({ q, limit: '20', facets: Object.keys(FACETS).join(','), ...(filter ? { filter } : {}) });
  try {
    const began = performance.now(), answer = await get(`/search?${query}`);
    if (mine !== turn) return;
    notice(null);
    shown = { query, answer, took: performance.now() - began };
    show(place.found, found(answer, shown.took));
  } catch (error) {
    if (mine !== turn) return;
    const wrong = error instanceof Problem && error.status === 400;
    if (!wrong) notice(error instanceof Problem ? error.message : 'The service does not answer.');
    show(place.found, wrong ? h('p', { class: 'bad', role: 'alert' }, capital(error.message)) : null);
  }
}

/** The next page, below those that are there. */
async function more() {
  const mine = turn, query = new URLSearchParams(shown.query);
  query.delete('facets');
  query.set('cursor', shown.answer.next);
  try {
    const { items, next } = await get(`/search?${query}`);
    if (mine !== turn) return;
    shown.answer = { ...shown.answer, items: [...shown.answer.items, ...items], next };
    show(place.found, found(shown.answer, shown.took));
  } catch (error) {
    notice(error instanceof Problem ? error.message : 'The service does not answer.');
  }
}

function found({ items, facets, notes, did_you_mean: instead, next, total, total_is_estimate: about }, took) {
  const all = `${about ? 'About ' : ''}${count(total, 'hit')}`;
  const first = total > items.length ? `, the first ${number(items.length)} here` : '';
  const said = items.length ? `${all}${first}, in ${Math.round(took)} ms` : 'Nothing was found.';
  return h('div', { class: 'split' },
    h('aside', { 'aria-label': 'Narrow it down' }, Object.entries(FACETS).map(([field, word]) => facet(field, word, facets[field])),
      asked().filter ? h('button', { type: 'button', class: 'quiet', 'data-do': 'wide' }, 'Without filter') : null),
    h('div', {}, h('p', { class: 'muted', role: 'status' }, said),
      notes.map((note) => h('p', { class: 'warn small' }, capital(note))),
      instead ? h('p', {}, 'Did you mean ', h('a', { href: `?q=${encodeURIComponent(instead)}`, 'data-do': 'instead' }, instead), '?') : null,
      items.map(hit),
      next ? h('button', { type: 'button', class: 'quiet', 'data-do': 'more' }, 'Show more') : null));
}

function facet(field, word, { values }) {
  if (!values.length) return null;
  const filter = asked().filter.split(' and ');
  return h('section', { class: 'facet' }, h('h2', {}, word), h('ul', {}, values.slice(0, 8).map(({ value, count: many }) => {
    const chosen = filter.includes(`${field} = "${String(value).replace(/[\\"]/g, '\\$&')}"`);
    return h('li', {}, h('button', { type: 'button', 'data-do': 'narrow', 'data-field': field, 'data-value': value, 'aria-pressed': String(chosen) },
      h('span', {}, String(value)), h('span', { class: 'muted' }, number(many))));
  })));
}

function hit(each) {
  const way = each.headings.filter((heading) => heading !== each.title).join(' › ');
  return h('article', { class: 'hit', 'data-key': each.chunk_id },
    h('h2', {}, h('a', { href: at(`/ui/documents/${each.document_id}?chunk=${each.chunk_id.split('-').pop()}`) }, each.title || shortName(each.uri))),
    h('p', { class: 'muted small' }, [way, each.page ? `page ${number(each.page)}` : '', each.uri].filter(Boolean).join(' · ')),
    h('p', { class: 'snippet' }, marked(each.snippet)));
}

/** A snippet is escaped text with marks: it is taken apart, and never becomes markup of this page. */
function marked(snippet) {
  return snippet.split(/(<mark>.*?<\/mark>)/s).map((piece) => {
    const inner = /^<mark>(.*)<\/mark>$/s.exec(piece);
    return inner ? h('mark', {}, plain(inner[1])) : plain(piece);
  });
}

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'", '&#39;': "'", '&amp;': '&' };
const plain = (text) => text.replace(/&(lt|gt|quot|#x27|#39|amp);/g, (entity) => ENTITIES[entity]);
