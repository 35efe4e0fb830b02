// The list of bulk actions, newest first.

import { bulkProgress, bulkState, queryOf, titleOf } from './bulk_parts.js';
import { at, live } from './calls.js';
import { content, h, listen, show } from './dom.js';
import { ago, fullTime } from './words.js';

const after = () => new URLSearchParams(location.search).get('after');
const path = () => `/bulk?limit=50${after() ? `&after=${encodeURIComponent(after())}` : ''}`;
const look = live(path, 3000, (page) => show(content, page.items.length ? list(page) : empty()));
addEventListener('popstate', look);
listen(content, {
  older: (link) => { history.pushState(null, '', link.getAttribute('href')); look(); },
});

function empty() {
  return h('section', { class: 'panel' },
    h('p', {}, after() ? 'There are no older ones.' : 'Nothing was done with many jobs at once yet.'),
    h('p', {}, 'Filter the ', h('a', { href: at('/ui/jobs') }, 'jobs'), ', and retry, cancel or delete all that are found.'));
}

function list({ items, next }) {
  return [
    h('section', { class: 'panel' }, h('table', { class: 'stack' },
      h('caption', { class: 'unseen' }, 'Bulk actions, newest first'),
      h('thead', {}, h('tr', {}, ['State', 'Action', 'Progress', 'When'].map((word) => h('th', { scope: 'col' }, word)))),
      h('tbody', {}, items.map(row)))),
    h('div', { class: 'actions' },
      next ? h('a', { class: 'button quiet', href: `?after=${encodeURIComponent(next)}`, 'data-do': 'older' }, 'Older') : null),
  ];
}

function row(each) {
  return h('tr', { 'data-key': each.bulk_id },
    h('td', {}, bulkState(each.state)),
    h('td', { class: 'main' }, h('a', { href: at(`/ui/bulk/${each.bulk_id}`) }, titleOf(each)), h('div', { class: 'muted small' }, queryOf(each.query))),
    h('td', { 'data-label': 'Progress' }, bulkProgress(each)),
    h('td', { 'data-label': 'When', class: 'muted' }, h('span', {}, h('time', { datetime: each.submitted_at, title: fullTime(each.submitted_at) }, ago(each.submitted_at)),
      each.submitted_by ? `, by ${each.submitted_by}` : '')));
}
