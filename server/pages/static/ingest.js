// Bring documents in, and watch what becomes of them.

import { at, get, may, notice, send, Problem } from './calls.js';
import { filesOf, uploaded } from './uploads.js';
import { content, h, listen, show } from './dom.js';
import { ENDED, nameOf, progressOf, stateOf } from './job_parts.js';
import { bytes, count } from './words.js';

const GROUP_FILES = 200, GROUP_BYTES = 64 * 2 ** 20, LOOK_MS = 700, MOST = 30;
const place = { form: h('div', {}), list: h('div', { 'aria-live': 'polite' }) };
const watched = [];
let looking = 0;

show(content, place.form, place.list);
show(place.form,
  h('section', { class: 'panel drop', id: 'drop' },
    h('h2', {}, 'Files'), h('p', {}, 'Drag files or folders here, or choose them.'),
    h('div', { class: 'actions' },
      h('label', { class: 'button', for: 'files' }, 'Choose files'), h('input', { id: 'files', type: 'file', multiple: true, class: 'unseen' }),
      h('label', { class: 'button quiet', for: 'folder' }, 'Choose a folder'), h('input', { id: 'folder', type: 'file', webkitdirectory: true, class: 'unseen' }))),
  h('div', { class: 'columns' },
    h('form', { class: 'panel', id: 'text-form' }, h('h2', {}, h('label', { for: 'text' }, 'Text')),
      h('p', {}, h('textarea', { id: 'text', name: 'text', required: true, placeholder: 'Paste text or Markdown' })),
      h('div', { class: 'actions' }, h('label', { for: 'name', class: 'unseen' }, 'Name'), h('input', { id: 'name', name: 'name', placeholder: 'Name, such as notes.md', autocomplete: 'off' }),
        h('button', { type: 'submit' }, 'Ingest the text'))),
    h('div', {},
      h('form', { class: 'panel', id: 'url-form' }, h('h2', {}, h('label', { for: 'url' }, 'Address')),
        h('p', {}, h('input', { id: 'url', name: 'url', type: 'url', required: true, class: 'wide', placeholder: 'https://…', autocomplete: 'off' })),
        h('button', { type: 'submit' }, 'Ingest the page')),
      h('section', { class: 'panel' }, h('h2', {}, h('label', { for: 'collection' }, 'Collection')),
        h('p', {}, h('input', { id: 'collection', name: 'collection', value: new URLSearchParams(location.search).get('collection') || 'default', list: 'collections', autocomplete: 'off' }), h('datalist', { id: 'collections' })),
        h('p', { class: 'muted small' }, 'Everything above goes there. A name that is new makes a new one.')))));

if (may('read')) {
  get('/collections?limit=200').then((page) => document.getElementById('collections').append(
    ...page.items.map((each) => h('option', { value: each.collection })))).catch(() => { /* names are only offered */ });
}

const collection = () => document.getElementById('collection').value.trim() || 'default';
const drop = document.getElementById('drop');
for (const name of ['dragenter', 'dragover']) {
  addEventListener(name, (event) => { event.preventDefault(); drop.classList.add('over'); });
}
addEventListener('dragleave', (event) => { if (!event.relatedTarget) drop.classList.remove('over'); });
addEventListener('drop', async (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  upload(await filesOf(event.dataTransfer));
});
for (const field of ['files', 'folder']) {
  document.getElementById(field).addEventListener('change', (event) => {
    upload([...event.target.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
    event.target.value = '';
  });
}
document.getElementById('text-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const { text, name } = event.target.elements;
  submit({ type: 'text', text: text.value, ...(name.value.trim() ? { name: name.value.trim() } : {}) }, event.target);
});
document.getElementById('url-form').addEventListener('submit', (event) => {
  event.preventDefault();
  submit({ type: 'url', url: event.target.elements.url.value }, event.target);
});
listen(place.list, { forget: (button) => { watched.splice(watched.findIndex((each) => String(each.key) === button.dataset.which), 1); draw(); } });

let keys = 0;
function watch(said) {
  const entry = { key: ++keys, said, job: null, wrong: null, sent: null };
  watched.unshift(entry);
  watched.splice(MOST);
  draw();
  return entry;
}

async function submit(source, form) {
  const entry = watch(source.name || source.url || 'A text');
  try {
    entry.job = await send('POST', '/ingest', { sources: [source], collection: collection() });
    form.reset();
  } catch (error) {
    refused(entry, error);
  }
  follow();
}

/** What was refused. A duplicate is no fault: the job that has it is watched. */
function refused(entry, error) {
  const known = error instanceof Problem && error.status === 409 && error.document.job_id;
  if (known) entry.job = { job_id: known, state: 'queued', counts: { total: 0 }, name: entry.said, sources: 1 };
  else entry.wrong = error instanceof Problem ? error.message : 'The service does not answer.';
}

/** Files go in groups, each a job of its own: one that is refused takes no other with it. */
async function upload(files) {
  for (const group of groups(files)) {
    const size = group.reduce((total, each) => total + each.file.size, 0);
    const entry = watch(group.length === 1 ? group[0].name : `${group[0].name} and ${count(group.length - 1, 'other')}`);
    entry.sent = { done: 0, size };
    try {
      entry.job = await uploaded(at('/ingest'), group, collection(), (done) => { entry.sent.done = done; draw(); });
    } catch (error) {
      refused(entry, error);
    }
    entry.sent = null;
    follow();
  }
}

function groups(files) {
  const found = [];
  let size = 0;
  for (const each of files) {
    const last = found[found.length - 1];
    if (!last || last.length === GROUP_FILES || size + each.file.size > GROUP_BYTES) { found.push([each]); size = each.file.size; }
    else { last.push(each); size += each.file.size; }
  }
  return found;
}

async function follow() {
  clearTimeout(looking);
  draw();
  const open = watched.filter((each) => each.job && !ENDED.has(each.job.state));
  if (!open.length) return;
  if (!document.hidden) {
    await Promise.all(open.map(async (entry) => {
      try { entry.job = await get(`/ingest/${entry.job.job_id}`); notice(null); } catch (error) { notice(error.message); }
    }));
    draw();
  }
  looking = setTimeout(follow, LOOK_MS);
}

function draw() {
  show(place.list, watched.length ? h('section', { class: 'panel' }, h('h2', {}, 'Brought in'),
    h('table', { class: 'stack' }, h('caption', { class: 'unseen' }, 'What was brought in from this page'),
      h('tbody', {}, watched.map(row)))) : null);
}

function row({ key, said, job, wrong, sent }) {
  const name = job ? h('a', { href: at(`/ui/jobs/${job.job_id}`) }, job.name ? nameOf(job) : said) : said;
  return h('tr', { 'data-key': key },
    h('td', {}, wrong ? h('span', { class: 'state failed' }, 'refused') : job ? stateOf(job.state) : h('span', { class: 'muted' }, 'sending')),
    h('td', { class: 'main' }, name, wrong ? h('div', { class: 'bad small' }, wrong) : null),
    h('td', {}, sent ? h('div', { class: 'progress' }, h('progress', { max: sent.size || 1, value: sent.done, 'aria-label': 'Sent' }), `${bytes(sent.done)} of ${bytes(sent.size)}`)
      : job ? h('div', { class: 'progress' }, progressOf(job)) : null),
    h('td', { class: 'number' }, wrong || (job && ENDED.has(job.state)) ? h('button', { type: 'button', class: 'quiet', 'data-do': 'forget', 'data-which': key, 'aria-label': `Take ${said} off this list` }, '×') : null));
}
