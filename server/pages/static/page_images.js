// A page of a document as a picture, with what a chunk was read from marked on it.

import { at } from './calls.js';
import { h } from './dom.js';
import { number } from './words.js';

const DPI = 100, POINTS = 72;

export function pageWith(id, page, pages, regions) {
  const marks = h('div', { class: 'marks', 'aria-hidden': 'true' });
  const trouble = h('p', { class: 'muted', hidden: true },
    'The picture of this page cannot be shown. Originals are kept for documents that are ingested while keep_originals is on.');
  const picture = h('img', {
    src: at(`/documents/${id}/pages/${page}.png?dpi=${DPI}`), alt: `Page ${page}`, 'data-key': page,
    load: () => regions.forEach(({ box }) => marks.append(markOf(box, picture))),
    error: () => { picture.hidden = true; trouble.hidden = false; },
  });
  return h('section', { class: 'panel', 'data-key': `page ${page} ${regions.length}` },
    h('div', { class: 'head' }, h('h2', {}, `Page ${number(page)} of ${number(pages)}`), h('div', { class: 'actions' },
      turn('Previous', page - 1, page > 1), turn('Next', page + 1, page < pages))),
    trouble, h('div', { class: 'sheet', 'data-keep': true }, picture, marks));
}

const turn = (word, page, there) => h('button', {
  type: 'button', class: 'quiet', 'data-do': 'page', 'data-page': page, disabled: !there,
}, word);

/** Boxes are in points from the page's upper left corner; the picture says how large the page is. */
function markOf([left, top, right, bottom], picture) {
  const mark = h('span', {}), unit = POINTS / DPI;
  const wide = picture.naturalWidth * unit, high = picture.naturalHeight * unit;
  mark.style.left = `${(100 * left) / wide}%`;
  mark.style.top = `${(100 * top) / high}%`;
  mark.style.width = `${(100 * (right - left)) / wide}%`;
  mark.style.height = `${(100 * (bottom - top)) / high}%`;
  return mark;
}
