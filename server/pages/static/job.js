// One job: what became of it and of its documents, and what can be done about it.

import { at, get, live, may, notice, send, Problem } from './calls.js';
import { confirmed } from './dialogs.js';
import { content, h, listen, show } from './dom.js';
import { events } from './events.js';
import { examples } from './examples.js';
import { ENDED, WORDS, capital, nameOf, progressOf, stateOf, waits } from './job_parts.js';
import { bytes, clockTime, count, duration, fullTime, number, secondsBetween, shortName } from './words.js';

const id = location.pathname.replace(/\/$/, '').split('/').pop();
const TODO = {
  parse_error: 'The file may be damaged: open it with the program that made it, and save it again.',
  timeout: 'It took longer than it may. Give the job a longer timeout_s, or divide the document.',
  out_of_memory: 'It took more memory than a worker has. Raise worker_memory_mb, or use fewer workers.',
  crashed: 'The parser ended its worker. Retry it alone; if it happens again, the file is worth a report.',
  unsupported: 'Nothing here reads this format. Convert it, or install a parser for it.',
  encrypted: 'It wants a password: save it without one.',
  too_large: 'It is over a limit, which the message names. Divide it, or raise that limit.',
  empty: 'If its text is in pictures, ingest it with the step ocr.',
  needs_ocr: 'Its pages are pictures. Ingest it with the step ocr.',
  fetch_error: 'Its bytes could not be had. Look whether it is still there, and retry.',
  url_refused: 'Its URL leads where nothing may be fetched from, such as a private network. url_allow names networks that are meant.',
  encoding: 'Its characters could not be told. Save it as UTF-8.',
};
const KINDS = ['failed', 'pending', 'succeeded', 'unchanged', 'duplicate', 'skipped', 'cancelled'];
const place = { top: h('div', {}), documents: h('div', {}), again: h('div', {}) };
let job = null, documents = null, seen = '', only = new URLSearchParams(location.search).get('documents') || '';

show(content, place.top, place.documents, place.again);
const heard = events(`/ingest/${id}/events`, 1000, () => look());
const look = live(`/ingest/${id}`, 2000, (found, status) => {
  if (status === 404) { missing(); return; }
  job = found;
  heard.want(!ENDED.has(job.state));
  document.querySelector('h1').textContent = nameOf(job);
  document.title = `${nameOf(job)} · Gristmill`;
  show(place.top, top());
  show(place.again, examples(job));
  const now = JSON.stringify([job.state, job.counts]);
  if (now !== seen) { seen = now; lookAtDocuments(); }
}, heard.tells);

listen(content, {
  replay: (button) => act(button, 'POST', `/ingest/${id}/webhook`),
  retry: (button) => act(button, 'POST', `/ingest/${id}/retry`),
  cancel: async (button) => {
    const sure = await confirmed('Cancel this job? What is done stays, what is waiting is left out.', 'Cancel the job');
    if (sure) act(button, 'DELETE', `/ingest/${id}`);
  },
  remove: async (button) => {
    const sure = await confirmed('Delete this job? Its history, what became of each document, its key and uploads kept for a retry are gone for ever. Its documents stay in the library.', 'Delete the job');
    if (sure && await act(button, 'DELETE', `/ingest/${id}/record`)) location.assign(at('/ui/jobs'));
  },
  only: (button) => {
    only = button.dataset.only;
    history.replaceState(null, '', only ? `?documents=${only}` : location.pathname);
    lookAtDocuments();
  },
  more: async () => {
    const page = await get(documentsPath(documents.next));
    documents = { items: [...documents.items, ...page.items], next: page.next };
    showDocuments();
  },
  copy: async (button) => {
    await navigator.clipboard.writeText(button.closest('.example').querySelector('pre').textContent);
    button.textContent = 'Copied';
  },
});

async function act(button, method, path) {
  button.disabled = true;
  let done = false;
  try {
    await send(method, path);
    notice(null);
    done = true;
  } catch (error) {
    notice(error instanceof Problem ? error.message : 'The service does not answer.');
  }
  button.disabled = false;
  if (!done || method !== 'DELETE' || !path.endsWith('/record')) look();
  return done;
}

function missing() {
  document.querySelector('h1').textContent = 'No such job';
  show(place.top, h('section', { class: 'panel' },
    h('p', {}, 'There is no job with this id. Jobs that ended long ago may have been purged.'),
    h('a', { href: at('/ui/jobs') }, 'All jobs')));
  show(place.documents);
  show(place.again);
}

function top() {
  const ended = ENDED.has(job.state), again = job.counts.failed + job.counts.cancelled;
  const retry = may('ingest') && ended && job.state !== 'succeeded';
  return [
    h('p', { class: 'lead' }, stateOf(job.state), ' ', h('span', { class: 'muted' }, waits(job))),
    job.error ? h('section', { class: 'advice severe' }, h('strong', {}, capital(job.error.message)), h('p', { class: 'muted' }, job.error.code)) : null,
    h('section', { class: 'panel' },
      h('div', { class: 'head' }, h('h2', {}, 'Progress'), h('div', { class: 'actions' },
        retry ? h('button', { type: 'button', 'data-key': 'retry', 'data-do': 'retry' }, again ? `Retry ${count(again, 'document')}` : 'Retry') : null,
        may('ingest') && ended ? h('button', { type: 'button', 'data-key': 'remove', class: 'danger', 'data-do': 'remove' }, 'Delete the job') : null,
        may('ingest') && !ended ? h('button', { type: 'button', 'data-key': 'cancel', class: 'danger', 'data-do': 'cancel' }, 'Cancel the job') : null)),
      job.counts.total ? h('div', { class: 'progress' }, progressOf(job))
        : h('p', { class: 'muted' }, ended ? 'No document was read.' : 'Its documents are not counted yet.'),
      timeline(job.history)),
    h('section', { class: 'panel' }, h('h2', {}, 'About it'), h('dl', { class: 'facts' },
      fact('Id', h('code', {}, job.job_id)), fact('Collection', job.collection),
      fact('Source', job.name && [job.name, job.sources > 1 ? ` and ${number(job.sources - 1)} more` : '']),
      fact('Priority', job.priority ? number(job.priority) : null), fact('Key', job.submitted_by),
      Object.entries(job.metadata).map(([name, value]) => fact(name, typeof value === 'string' ? value : JSON.stringify(value))))),
    webhook(),
  ];
}

function webhook() {
  const { webhook: told } = job;
  if (!told) return null;
  const words = { due: 'not delivered yet', delivered: 'delivered', failed: 'given up' };
  return h('section', { class: 'panel' },
    h('div', { class: 'head' }, h('h2', {}, 'Webhook'), h('div', { class: 'actions' },
      may('ingest') ? h('button', { type: 'button', class: 'quiet', 'data-key': 'replay', 'data-do': 'replay' }, 'Send again') : null)),
    h('dl', { class: 'facts' }, fact('Receiver', told.url), fact('State', words[told.state]), fact('Attempts', number(told.attempts)),
      fact('Last answer', told.last && (told.last.error ? capital(told.last.error) : String(told.last.status))),
      fact('Last try', told.last && fullTime(told.last.at)), fact('Next try', told.next_at && fullTime(told.next_at))));
}

const fact = (name, value) => (value ? h('div', {}, h('dt', {}, name), h('dd', {}, value)) : null);

function timeline(moments) {
  let attempts = 0;
  return h('ol', { class: 'timeline', 'aria-label': 'What happened' }, moments.map(({ state, at: when }, i) => {
    if (state === 'running') attempts += 1;
    const after = i ? duration(Math.max(0, secondsBetween(moments[i - 1].at, when))) : null;
    const word = state === 'queued' ? (i ? 'queued again' : 'queued') : WORDS[state];
    return h('li', {}, h('span', { class: `state ${state}` }, word, state === 'running' && attempts > 1 ? `, attempt ${attempts}` : ''),
      h('time', { datetime: when, title: fullTime(when), class: 'muted small' }, after ? `after ${after}` : `at ${clockTime(when)}`));
  }));
}

function documentsPath(after) {
  const query = new URLSearchParams({ limit: '100', ...(only ? { state: only } : {}), ...(after ? { after } : {}) });
  return `/ingest/${id}/documents?${query}`;
}

async function lookAtDocuments() {
  try {
    documents = await get(documentsPath());
    showDocuments();
  } catch (error) {
    notice(error.message);
  }
}

function showDocuments() {
  const kinds = KINDS.filter((kind) => job.counts[kind]);
  const tab = (value, word) => h('button', {
    type: 'button', 'data-do': 'only', 'data-only': value, 'aria-pressed': String(only === value),
  }, word);
  show(place.documents, h('section', { class: 'panel' },
    h('div', { class: 'head' }, h('h2', {}, 'Documents'),
      kinds.length > 1 || only ? h('div', { class: 'tabs', role: 'group', 'aria-label': 'Which documents' },
        tab('', 'All'), kinds.map((kind) => tab(kind, `${capital(WORDS[kind])} ${number(job.counts[kind])}`))) : null),
    documents.items.length ? h('table', { class: 'stack' },
      h('caption', { class: 'unseen' }, 'Documents of the job'),
      h('thead', {}, h('tr', {}, ['Outcome', 'Document'].map((word) => h('th', { scope: 'col' }, word)),
        ['Size', 'Chunks', 'Took'].map((word) => h('th', { scope: 'col', class: 'number' }, word)))),
      h('tbody', {}, documents.items.map(row)))
      : h('p', { class: 'muted' }, ENDED.has(job.state) ? 'None.' : 'None is done yet.'),
    documents.next ? h('button', { type: 'button', class: 'quiet', 'data-do': 'more' }, 'Show more') : null));
}

function row(each) {
  const name = shortName(each.uri), failed = each.state === 'failed';
  const cell = (label, value) => h('td', { class: 'number', 'data-label': label }, value);
  return h('tr', { 'data-key': each.ordinal },
    h('td', {}, stateOf(each.state)),
    h('td', { class: 'main' },
      each.document_id && may('read') ? h('a', { href: at(`/ui/documents/${each.document_id}`), title: each.uri }, name) : h('span', { title: each.uri }, name),
      each.attempts > 1 ? h('span', { class: 'muted small' }, ` (${number(each.attempts)} attempts)`) : null,
      each.code ? h('div', { class: `small ${failed ? 'bad' : 'muted'}` }, each.message ? capital(each.message) : each.code) : null,
      failed && TODO[each.code] ? h('div', { class: 'muted small' }, TODO[each.code]) : null,
      each.warnings.map((warning) => h('div', { class: 'warn small' }, warning.message ? capital(warning.message) : warning.code))),
    cell('Size', each.bytes === null ? '' : bytes(each.bytes)),
    cell('Chunks', each.chunks === null ? '' : number(each.chunks)),
    cell('Took', each.seconds === null ? '' : duration(each.seconds)));
}
