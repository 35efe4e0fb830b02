// Blocks of a document as elements. Their text is text, whatever it looks like.

import { h } from './dom.js';
import { inline } from './inline.js';

/** `marked`: it was Markdown, whose marks within lines are still there. */
export function blockOf({ kind, level, text, cells }, marked = false) {
  const said = (words) => (marked ? inline(words) : words);
  switch (kind) {
    case 'heading': return h(`h${Math.min(6, level + 1)}`, {}, text);
    case 'code': return h('pre', { tabindex: 0 }, h('code', {}, text));
    case 'list': return listOf(text, said);
    case 'table': return cells ? tableOf(cells, said) : h('pre', { tabindex: 0 }, text);
    case 'caption': return h('p', { class: 'muted' }, text);
    case 'footnote': return h('p', { class: 'small muted' }, text);
    default: return marked && QUOTED.test(text) ? h('blockquote', {}, said(text.replace(/^> ?/gm, ''))) : h('p', {}, said(text));
  }
}

const QUOTED = /^(?:>.*(?:\n|$))+$/;

export function tableOf(cells, said = (text) => text) {
  const rows = [];
  for (const cell of cells) (rows[cell.row] ??= []).push(cell);
  const element = (cell) => h(cell.header ? 'th' : 'td', {
    rowspan: cell.rows > 1 ? cell.rows : null, colspan: cell.columns > 1 ? cell.columns : null,
  }, said(cell.text));
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' }, h('table', { class: 'grid' }, h('tbody', {},
    Array.from(rows, (row) => h('tr', {}, (row || []).sort((a, b) => a.column - b.column).map(element))))));
}

const POINT = /^(\s*)(?:[-*+•]|\d+[.)])\s+/;

function listOf(text, said) {
  const lines = text.split('\n').filter((line) => line.trim());
  if (!lines.every((line) => POINT.test(line))) return h('p', { class: 'as-is' }, said(text));
  const numbered = /^\s*\d/.test(lines[0]);
  return h(numbered ? 'ol' : 'ul', {}, lines.map((line) => h('li', {}, said(line.replace(POINT, '')))));
}
