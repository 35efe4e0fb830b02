// The collections of the library.

import { at, get, may, notice } from './calls.js';
import { content, h, listen, show } from './dom.js';
import { bytes, number } from './words.js';

let items = [], next = null;
listen(content, { more: look });
look();

async function look() {
  try {
    const page = await get(`/collections?limit=200${next ? `&after=${encodeURIComponent(next)}` : ''}`);
    items = [...items, ...page.items];
    next = page.next;
    draw();
  } catch (error) {
    notice(error.message);
  }
}

function draw() {
  if (!items.length) {
    show(content, h('section', { class: 'panel' }, h('p', {}, 'No collection has documents yet. Each comes into being with its first one.')));
    return;
  }
  const cell = (label, value) => h('td', { class: 'number', 'data-label': label }, value);
  show(content, h('section', { class: 'panel' }, h('table', { class: 'stack' },
    h('caption', { class: 'unseen' }, 'Collections'),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Collection'), ['Documents', 'Chunks', 'Size'].map((word) => h('th', { scope: 'col', class: 'number' }, word)), h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Where to go on')))),
    h('tbody', {}, items.map((each) => h('tr', { 'data-key': each.collection },
      h('td', { class: 'main' }, h('strong', {}, each.collection)),
      cell('Documents', number(each.documents)), cell('Chunks', number(each.chunks)), cell('Size', bytes(each.bytes)),
      h('td', { class: 'number' }, h('span', { class: 'actions' },
        h('a', { href: at(`/ui/jobs?collection=${encodeURIComponent(each.collection)}`) }, 'Jobs'),
        may('ingest') ? h('a', { href: at(`/ui/ingest?collection=${encodeURIComponent(each.collection)}`) }, 'Ingest') : null)))))),
    next ? h('button', { type: 'button', class: 'quiet', 'data-do': 'more' }, 'Show more') : null));
}
