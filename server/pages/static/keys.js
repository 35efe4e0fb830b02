// API keys: made, shown once, revoked.

import { get, notice, send, Problem } from './calls.js';
import { confirmed } from './dialogs.js';
import { content, h, listen, show } from './dom.js';
import { capital } from './job_parts.js';
import { ago, fullTime } from './words.js';

const SCOPES = { read: 'search, documents, export, following jobs', ingest: 'bringing documents in, cancelling, retrying, deleting', metrics: 'numbers for a monitoring system (/metrics)', admin: 'everything' };
const place = { made: h('div', { 'aria-live': 'polite' }), list: h('div', {}), form: h('div', {}) };
show(content, place.made, place.list, place.form);
show(place.form, h('form', { class: 'panel', id: 'new' }, h('h2', {}, 'A new key'),
  h('div', { class: 'columns' },
    h('div', {}, h('p', {}, h('label', { for: 'name' }, 'Name'), h('br'), h('input', { id: 'name', name: 'name', required: true, pattern: '[A-Za-z0-9][A-Za-z0-9._@\\-]{0,63}', title: 'Letters, digits, and . _ @ - within', autocomplete: 'off' })),
      h('p', {}, h('label', { for: 'collections' }, 'Collections'), h('br'), h('input', { id: 'collections', name: 'collections', placeholder: 'All', autocomplete: 'off', 'aria-describedby': 'which' }), h('span', { id: 'which', class: 'muted small' }, ' with commas between them')),
      h('p', {}, h('label', { for: 'days' }, 'Ends after'), h('br'), h('input', { id: 'days', name: 'days', type: 'number', min: 1, max: 36500, placeholder: 'Never', 'aria-describedby': 'unit' }), h('span', { id: 'unit', class: 'muted small' }, ' days'))),
    h('fieldset', {}, h('legend', {}, 'May do'), Object.entries(SCOPES).map(([scope, said], i) => h('p', {},
      h('input', { type: 'checkbox', id: scope, name: 'scope', value: scope, checked: i === 0 }), ' ', h('label', { for: scope }, capital(scope)), h('span', { class: 'muted small' }, ` ${said}`))))),
  h('button', { type: 'submit' }, 'Make the key')));
look();

document.getElementById('new').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { name, collections, days } = event.target.elements;
  const scopes = [...event.target.querySelectorAll('[name=scope]:checked')].map((each) => each.value);
  const first = !document.querySelector('#keys tbody');
  if (first && !await confirmed('From the first key on everybody needs one, you as well. The key is shown once: keep it.', 'Make it')) return;
  try {
    const made = await send('POST', '/keys', {
      name: name.value.trim(), scopes,
      collections: collections.value.split(',').map((each) => each.trim()).filter(Boolean),
      ...(days.value ? { expires_at: new Date(Date.now() + days.value * 86400000).toISOString() } : {}),
    });
    notice(null);
    event.target.reset();
    show(place.made, h('section', { class: 'advice' }, h('strong', {}, `The key ${made.name} is made. It is not shown again.`), h('p', {}, h('code', {}, made.key))));
    if (!first) look();
  } catch (error) {
    notice(error instanceof Problem ? error.message : 'The service does not answer.');
  }
});
listen(place.list, {
  revoke: async (button) => {
    const name = button.dataset.name;
    if (!await confirmed(`Revoke the key ${name}? Whoever uses it is kept out from now on, for ever.`, 'Revoke it')) return;
    try { await send('DELETE', `/keys/${encodeURIComponent(name)}`); look(); } catch (error) { notice(error.message); }
  },
});

async function look() {
  try {
    const { items } = await get('/keys');
    show(place.list, items.length ? h('section', { class: 'panel', id: 'keys' }, h('table', { class: 'stack' },
      h('caption', { class: 'unseen' }, 'Keys'),
      h('thead', {}, h('tr', {}, ['Name', 'State', 'May do', 'Collections', 'Ends'].map((word) => h('th', { scope: 'col' }, word)), h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Revoke')))),
      h('tbody', {}, items.map(row)))) : h('section', { class: 'panel' }, h('p', {}, 'There is no key: whoever reaches the service may do everything.')));
  } catch (error) {
    notice(error.message);
  }
}

function row(key) {
  const good = key.state === 'valid';
  return h('tr', { 'data-key': key.name },
    h('td', { class: 'main' }, h('strong', {}, key.name), h('div', { class: 'muted small' }, `made ${ago(key.created_at)}`)),
    h('td', { 'data-label': 'State' }, h('span', { class: `state ${good ? 'succeeded' : 'cancelled'}` }, key.state)),
    h('td', { 'data-label': 'May do' }, key.scopes.join(', ')),
    h('td', { 'data-label': 'Collections' }, key.collections.join(', ') || 'all'),
    h('td', { 'data-label': 'Ends' }, key.expires_at ? fullTime(key.expires_at) : 'never'),
    h('td', { class: 'number' }, good ? h('button', { type: 'button', class: 'danger', 'data-do': 'revoke', 'data-name': key.name, 'aria-label': `Revoke ${key.name}` }, 'Revoke') : null));
}
