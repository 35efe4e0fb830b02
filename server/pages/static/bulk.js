// One bulk action: how far it has come, and why something was not done.

import { bulkProgress, bulkState, queryOf, titleOf } from './bulk_parts.js';
import { at, live, may, notice, send, Problem } from './calls.js';
import { confirmed } from './dialogs.js';
import { content, h, listen, show } from './dom.js';
import { capital } from './job_parts.js';
import { ago, count, duration, fullTime, secondsBetween } from './words.js';

/** What is true of all jobs with a code; else the first one's message stands for them. */
const WHY = {
  duplicate_job: 'Another job with the same key is pending.',
  illegal_transition: 'By then it was in a state in which this cannot be done.',
  job_not_found: 'By then it was gone.',
};
const id = location.pathname.replace(/\/$/, '').split('/').pop();
const look = live(`/bulk/${id}`, 1000, (found, status) => {
  const name = status === 404 ? 'No such bulk action' : titleOf(found);
  document.querySelector('h1').textContent = name;
  document.title = `${name} · Gristmill`;
  show(content, status === 404 ? missing() : about(found));
});

listen(content, {
  stop: async (button) => {
    if (!await confirmed('Stop it? What is done stays so.', 'Stop it')) return;
    button.disabled = true;
    try {
      await send('DELETE', `/bulk/${id}`);
      notice(null);
    } catch (error) {
      notice(error instanceof Problem ? error.message : 'The service does not answer.');
    }
    look();
  },
});

function missing() {
  return h('section', { class: 'panel' },
    h('p', {}, 'There is no bulk action with this id. Of those that have ended the last 500 are kept.'),
    h('a', { href: at('/ui/bulk') }, 'All bulk actions'));
}

function about(found) {
  const ended = found.finished_at !== null;
  return [
    h('p', { class: 'lead' }, bulkState(found.state), ' ', h('span', { class: 'muted' }, times(found))),
    h('section', { class: 'panel' },
      h('div', { class: 'head' }, h('h2', {}, 'Progress'),
        may('ingest') && !ended ? h('button', { type: 'button', class: 'danger', 'data-do': 'stop', disabled: found.state === 'cancelling' }, 'Stop it') : null),
      bulkProgress(found),
      found.no_longer ? h('p', { class: 'muted small' }, 'Some had become others by the time it came to them: nothing was done with those.') : null),
    found.reasons.length ? h('section', { class: 'panel' }, h('h2', {}, 'Not done'), h('table', { class: 'stack' },
      h('caption', { class: 'unseen' }, 'Why something was not done'),
      h('thead', {}, h('tr', {}, ['Why', 'Jobs', 'Such as'].map((word) => h('th', { scope: 'col' }, word)))),
      h('tbody', {}, found.reasons.map(reason)))) : null,
    h('section', { class: 'panel' }, h('h2', {}, 'About it'), h('dl', { class: 'facts' },
      fact('For', queryOf(found.query)), fact('Id', h('code', {}, found.bulk_id)), fact('Key', found.submitted_by))),
    h('p', {}, h('a', { href: at('/ui/bulk') }, 'All bulk actions'), ' · ', h('a', { href: at('/ui/jobs') }, 'Jobs')),
  ];
}

function times({ submitted_at: submitted, started_at: started, finished_at: finished }) {
  const parts = [h('time', { datetime: submitted, title: fullTime(submitted) }, `asked for ${ago(submitted)}`)];
  if (started && finished) parts.push(`, took ${duration(Math.max(0, secondsBetween(started, finished)))}`);
  return parts;
}

function reason({ code, message, jobs, job_ids: ids }) {
  return h('tr', { 'data-key': code },
    h('td', { class: 'main' }, WHY[code] || capital(message), h('div', { class: 'muted small' }, code)),
    h('td', { 'data-label': 'Jobs' }, count(jobs, 'job')),
    h('td', { 'data-label': 'Such as' }, h('span', {}, ids.slice(0, 3).map((each, i) => [i ? ', ' : '', h('a', { href: at(`/ui/jobs/${each}`) }, each.slice(0, 13))]))));
}

const fact = (name, value) => (value ? h('div', {}, h('dt', {}, name), h('dd', {}, value)) : null);
