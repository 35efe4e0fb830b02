// What has changed in a document since its bytes last changed.

import { at, get } from './calls.js';
import { h } from './dom.js';
import { ago, count, fullTime, number } from './words.js';

const TAG = { added: 'ins', removed: 'del', same: 'span' };

export async function changesOf(id) {
  const found = await get(`/documents/${id}/changes`);
  if (!found.before) {
    return h('section', { class: 'panel' }, h('p', { class: 'muted' }, 'Nothing is kept of what it was before: it is as it came, or was very long.'));
  }
  const said = found.passages.length
    ? `${count(found.added, 'line')} added, ${count(found.removed, 'line')} removed`
    : 'Its bytes have changed, its text has not';
  return [
    h('section', { class: 'panel' }, h('h2', {}, said),
      h('dl', { class: 'facts' }, version('Before', found.before), version('Now', found.after))),
    found.passages.map(passageOf),
  ];
}

const version = (name, { ingested_at: when, job_id: job }) => h('div', {}, h('dt', {}, name), h('dd', {},
  h('time', { datetime: when, title: fullTime(when) }, ago(when)), ', by job ', h('a', { href: at(`/ui/jobs/${job}`) }, job.slice(0, 13))));

const passageOf = ({ before, lines }) => h('section', { class: 'panel' },
  h('h2', { class: 'small muted' }, `From line ${number(before)} on`),
  h('div', { class: 'changes' }, lines.map(({ kind, text }) => h(TAG[kind], { class: kind },
    kind === 'same' ? null : h('span', { class: 'unseen' }, `${kind}: `), text))));
