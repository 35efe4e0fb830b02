// One document: as it was read, its chunks, its tables and its pages.

import { at, get, may, notice, send, Problem } from './calls.js';
import { blockOf, tableOf } from './blocks.js';
import { confirmed } from './dialogs.js';
import { content, h, listen, show } from './dom.js';
import { changesOf } from './changes.js';
import { historyOf } from './history.js';
import { pageWith } from './page_images.js';
import { ago, fullTime, number, shortName } from './words.js';

const id = location.pathname.replace(/\/$/, '').split('/').pop();
const VIEWS = { text: 'As read', chunks: 'Chunks', tables: 'Tables', pages: 'Pages', history: 'History', changes: 'Changes' };
const BLOCKS = 400;
const place = { top: h('div', {}), body: h('div', {}) };
let about = null, blocks = null, chunks = null, shownBlocks = BLOCKS, page = 1;

show(content, place.top, place.body);
begin();
addEventListener('popstate', draw);
listen(content, {
  view: (button) => go({ view: button.dataset.view, chunk: null }),
  blocks: () => { shownBlocks += BLOCKS; draw(); },
  chunks: async () => { await moreChunks(); draw(); },
  page: (button) => { page = Number(button.dataset.page); go({ view: 'pages', chunk: button.dataset.chunk || null }); },
  remove: async () => {
    if (!await confirmed('Delete this document from the library? Its text and chunks are gone then; it can be ingested again.', 'Delete it')) return;
    try { await send('DELETE', `/documents/${id}`); location.assign(at('/ui/search')); } catch (error) { notice(error.message); }
  },
});

async function begin() {
  try {
    about = await get(`/documents/${id}`);
  } catch (error) {
    const gone = error instanceof Problem && error.status === 404;
    document.querySelector('h1').textContent = gone ? 'No such document' : 'Document';
    show(place.top, h('p', {}, gone ? 'The library has no document with this id.' : error.message));
    return;
  }
  const name = about.title || shortName(about.uri);
  document.querySelector('h1').textContent = name;
  document.title = `${name} · Gristmill`;
  const chunk = asked().chunk;
  if (chunk !== null) await moreChunks(Number(chunk) + 1);
  await draw();
  if (chunk !== null) document.getElementById(`chunk-${chunk}`)?.scrollIntoView({ block: 'center' });
}

function asked() {
  const given = new URLSearchParams(location.search), chunk = given.get('chunk');
  const view = given.get('view') || (chunk !== null ? 'chunks' : 'text');
  return { view: VIEWS[view] ? view : 'text', chunk: chunk !== null && /^\d+$/.test(chunk) ? chunk : null };
}

function go(fields) {
  const written = new URLSearchParams(Object.entries(fields).filter(([, value]) => value)).toString();
  history.pushState(null, '', `${location.pathname}?${written}`);
  draw();
}

const hasPages = () => about.media_type === 'application/pdf' || about.media_type.startsWith('image/');

async function draw() {
  if (!about) return;
  const { view } = asked();
  show(place.top, top(view));
  try {
    show(place.body, await VIEW[view]());
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    show(place.body, h('section', { class: 'panel' }, h('p', {}, error instanceof Problem ? error.message : 'The service does not answer.')));
  }
}

function top(view) {
  const { job: given, ...found } = about.metadata;
  const values = Object.entries({ ...found, ...(given || {}) });
  return [
    h('p', { class: 'muted' }, about.uri),
    about.warnings.length ? h('section', { class: 'advice' }, h('strong', {}, 'Not all of it was read for sure.'),
      about.warnings.map((each) => h('p', {}, each.message, each.page ? ` (page ${number(each.page)})` : ''))) : null,
    h('section', { class: 'panel' },
      h('div', { class: 'head' }, h('h2', {}, 'About it'),
        may('ingest') ? h('button', { type: 'button', class: 'danger', 'data-do': 'remove' }, 'Delete') : null),
      h('dl', { class: 'facts' },
        fact('Collection', about.collection), fact('Format', about.media_type),
        fact('Pages', about.pages && number(about.pages)), fact('Chunks', number(about.chunks)),
        fact('Ingested', h('time', { datetime: about.ingested_at, title: fullTime(about.ingested_at) }, ago(about.ingested_at))),
        fact('Job', h('a', { href: at(`/ui/jobs/${about.job_id}`) }, about.job_id.slice(0, 8))),
        values.map(([name, value]) => fact(name, typeof value === 'object' ? JSON.stringify(value) : String(value))))),
    h('div', { class: 'tabs', role: 'group', 'aria-label': 'View' }, Object.entries(VIEWS).filter(([name]) => name !== 'pages' || hasPages())
      .map(([name, word]) => h('button', { type: 'button', 'data-do': 'view', 'data-view': name, 'aria-pressed': String(name === view) }, word))),
  ];
}

const fact = (name, value) => (value ? h('div', {}, h('dt', {}, name), h('dd', {}, value)) : null);

const VIEW = {
  async text() {
    blocks ??= (await get(`/documents/${id}/content?format=json`)).blocks.filter((each) => each.kind !== 'header' && each.kind !== 'footer');
    return h('article', { class: 'panel read' }, blocks.slice(0, shownBlocks).map((each) => blockOf(each, about.media_type === 'text/markdown')),
      blocks.length ? null : h('p', { class: 'muted' }, 'There is no text in it.'),
      blocks.length > shownBlocks ? h('button', { type: 'button', class: 'quiet', 'data-do': 'blocks' }, 'Show more') : null);
  },
  async chunks() {
    if (chunks === null) await moreChunks();
    return [chunks.items.map(chunkOf), chunks.next ? h('button', { type: 'button', class: 'quiet', 'data-do': 'chunks' }, 'Show more') : null];
  },
  async tables() {
    const { items: tables } = await get(`/documents/${id}/tables`);
    if (!tables.length) return h('section', { class: 'panel' }, h('p', { class: 'muted' }, 'There are no tables in it.'));
    return tables.map((each) => h('section', { class: 'panel' },
      h('h2', {}, `Table ${each.number}`, each.page ? h('span', { class: 'muted' }, ` on page ${number(each.page)}`) : null), tableOf(each.cells)));
  },
  history: () => historyOf(about),
  changes: () => changesOf(id),
  async pages() {
    const { chunk } = asked();
    const chosen = chunk === null || chunks === null ? null : chunks.items.find((each) => String(each.ordinal) === chunk);
    const regions = (chosen?.regions || []).filter((each) => each.page === page);
    return pageWith(id, page, about.pages || 1, regions);
  },
};

function chunkOf(each) {
  const chosen = String(each.ordinal) === asked().chunk;
  const where = each.regions?.[0]?.page ?? each.page;
  return h('section', { class: `panel${chosen ? ' chosen' : ''}`, id: `chunk-${each.ordinal}`, 'data-key': each.chunk_id },
    h('div', { class: 'head' }, h('h2', { class: 'small' }, each.headings.length ? each.headings.join(' › ') : `Chunk ${number(each.ordinal + 1)}`),
      where && hasPages() ? h('button', { type: 'button', class: 'quiet', 'data-do': 'page', 'data-page': where, 'data-chunk': each.ordinal }, `Show page ${number(where)}`) : null),
    h('p', { class: 'as-is' }, each.text.trim()));
}

async function moreChunks(least = 0) {
  do {
    const after = chunks?.next ? `&after=${encodeURIComponent(chunks.next)}` : '';
    const more = await get(`/documents/${id}/chunks?limit=${Math.min(1000, Math.max(50, least))}${after}`);
    chunks = { items: [...(chunks?.items || []), ...more.items], next: more.next };
  } while (chunks.next && chunks.items.length < least);
}
