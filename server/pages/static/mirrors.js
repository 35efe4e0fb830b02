// Mirrors: folders that collections are kept in step with.

import { live, may, notice, send, Problem } from './calls.js';
import { confirmed } from './dialogs.js';
import { content, h, listen, show } from './dom.js';
import { ago, count, fullTime, number } from './words.js';

const STATE = { waiting: 'succeeded', running: 'running', asking: 'partial', blocked: 'failed', paused: 'cancelled' };
const COUNTS = ['new', 'changed', 'moved', 'unchanged', 'gone', 'failed', 'unsettled'];
const look = live('/mirrors?limit=1000', 3000, (page) => show(content, page.items.length ? list(page.items) : empty()));
listen(content, {
  run: ({ dataset }) => act(dataset.name, 'run', {}),
  pause: ({ dataset }) => act(dataset.name, 'pause'),
  resume: ({ dataset }) => act(dataset.name, 'resume'),
  confirm: ({ dataset }) => confirm(dataset.name, Number(dataset.gone)),
});

function empty() {
  return h('section', { class: 'panel' },
    h('p', {}, 'No folder is kept in step with a collection yet.'),
    h('p', {}, 'Make a mirror: ', h('code', {}, 'gristmill mirror add NAME FOLDER --collection NAME --every 15m')));
}

function list(items) {
  return h('section', { class: 'panel' }, h('table', { class: 'stack' },
    h('caption', { class: 'unseen' }, 'Mirrors by name'),
    h('thead', {}, h('tr', {}, ['State', 'Mirror', 'Last run', 'What it found', 'Do'].map((word) => h('th', { scope: 'col' }, word)))),
    h('tbody', {}, items.map(row))));
}

function row(each) {
  return h('tr', { 'data-key': each.name },
    h('td', {}, h('span', { class: `state ${STATE[each.state]}` }, each.state)),
    h('td', { class: 'main' }, h('span', {}, each.name), h('div', { class: 'muted small' }, `${each.path} in ${each.collection}`),
      each.why ? h('div', { class: 'small' }, each.why) : null),
    h('td', { 'data-label': 'Last run', class: 'muted' }, each.run
      ? h('time', { datetime: each.run.started_at, title: fullTime(each.run.started_at) }, ago(each.run.started_at)) : 'none yet'),
    h('td', { 'data-label': 'What it found' }, each.run ? found(each.run.counts) : null),
    h('td', { 'data-label': 'Do' }, may('ingest') ? buttons(each) : null));
}

const found = (counts) => COUNTS.filter((name) => counts[name]).map((name) => `${number(counts[name])} ${name}`).join(', ') || 'nothing';

function buttons({ name, state, gone }) {
  const button = (what, word, more = {}) => h('button', { type: 'button', class: 'quiet', 'data-do': what, 'data-name': name, ...more }, word);
  if (state === 'paused') return button('resume', 'Resume');
  return h('div', { class: 'actions' }, button('run', 'Compare now'), button('pause', 'Pause'),
    state === 'asking' ? button('confirm', 'They are meant to be gone …', { 'data-gone': String(gone) }) : null);
}

async function confirm(name, gone) {
  const word = `Remove the documents of ${count(gone, 'file')}`;
  const sure = await confirmed(`${word}?`, word, { more: h('p', {}, 'The files are gone from the folder; what was read of them cannot be brought back.') });
  if (sure) await act(name, 'run', { confirm_gone: true });
}

async function act(name, what, body) {
  try {
    await send('POST', `/mirrors/${encodeURIComponent(name)}/${what}`, body);
    notice(null);
  } catch (error) {
    notice(error instanceof Problem ? error.message : 'The service does not answer.');
  }
  look();
}
