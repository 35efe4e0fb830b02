// The service at a glance.

import { at, isBound, live } from './calls.js';
import { chart } from './chart.js';
import { content, h, listen, show, svg } from './dom.js';
import { nodes } from './nodes.js';
import { bytes, number, secondsSince, shortName, wait } from './words.js';

const SPANS = { hour: 'Hour', day: 'Day', week: 'Week' };
const SECONDS = { hour: 3600, day: 86400, week: 7 * 86400 };
const SEVERE = new Set(['supervisor_away', 'workers_failing', 'stalled', 'storage_full', 'storage_failed',
  'library_damaged', 'memory_short', 'queue_full']);
const place = Object.fromEntries(['now', 'charts', 'more'].map((name) => [name, h('div', {})]));
let span = SPANS[new URLSearchParams(location.search).get('span')] ? new URLSearchParams(location.search).get('span') : 'hour';

show(content, isBound ? [place.now, place.more] : [place.now, place.charts, place.more]);

live('/overview', 3000, (overview) => {
  show(place.now, overview.advice.map(advice), h('p', { class: 'lead' }, headline(overview)));
  show(place.more, nodes(overview.nodes), workers(overview), machine(overview.machine));
});
if (!isBound) {
  const look = live(() => `/overview/history?span=${span}`, 10000, (history) => show(place.charts, charts(history)));
  listen(place.charts, {
    span: (button) => {
      span = button.dataset.span;
      history.replaceState(null, '', `?span=${span}`);
      look();
    },
  });
}

/** The counts, in words. */
function headline({ jobs, oldest_waiting: oldest }) {
  const some = (state, word) => jobs[state]?.count
    ? [h('a', { href: at(`/ui/jobs?state=${state}`) }, `${amount(jobs[state])} ${word}`)] : [];
  const failed = [...some('failed', 'failed'), ...some('partial', 'failed in part')];
  const now = [
    ...some('running', 'running'),
    ...some('queued', 'waiting').map((link) => [link, oldest ? `, the oldest for ${wait(secondsSince(oldest))}` : '']),
  ];
  const good = jobs.succeeded?.count ? [`${amount(jobs.succeeded)} succeeded`] : [];
  const cancelled = some('cancelled', 'cancelled');
  const ended = [...failed, ...good, ...cancelled];
  return [
    now.length ? [list(now), '. '] : 'No job is running or waiting. ',
    'In the last 24 hours ',
    ended.length ? list(ended) : 'none ended',
    ended.length && !failed.length ? ', none failed.' : '.',
  ];
}

const amount = ({ count: found, more }) => (more ? `more than ${number(found)}` : number(found));
const list = (parts) => parts.map((part, i) => [i ? (i === parts.length - 1 ? ' and ' : ', ') : '', part]);

function advice({ code, message, todo }) {
  const said = message.charAt(0).toUpperCase() + message.slice(1);
  return h('section', { class: `advice${SEVERE.has(code) ? ' severe' : ''}`, 'data-code': code },
    h('strong', {}, said.endsWith('.') ? said : `${said}.`), h('p', {}, todo));
}

function charts({ step_s: step, until, samples }) {
  const from = until - SECONDS[span];
  const perMinute = (value) => (value * 60) / step;
  const sum = (at_) => samples.reduce((total, sample) => total + sample[at_], 0);
  const [documents, failed] = [sum(3), sum(5)];
  const waiting = samples.length ? samples[samples.length - 1][1] : 0;
  const frame = { from, until, step };
  return h('section', { class: 'panel', 'aria-label': 'History' },
    h('div', { class: 'head' }, h('h2', {}, 'History'),
      h('div', { class: 'tabs', role: 'group', 'aria-label': 'How far back' },
        Object.entries(SPANS).map(([name, word]) =>
          h('button', { type: 'button', 'data-do': 'span', 'data-span': name, 'aria-pressed': String(name === span) }, word)))),
    h('div', { class: 'columns' },
      chart({ ...frame, title: 'Documents a minute', said: `${number(documents)} in all`,
        points: samples.map((each) => [each[0], perMinute(each[3])]), format: rate }),
      chart({ ...frame, title: 'Jobs waiting', said: `${number(waiting)} now`,
        points: samples.map((each) => [each[0], each[1]]) }),
      chart({ ...frame, title: 'Documents failed', said: `${number(failed)} in all`, kind: 'failed',
        points: samples.map((each) => [each[0], each[5]]) })));
}

const rate = (value) => number(Number(value.toPrecision(3)));

function workers({ workers: all }) {
  if (!all) return null;
  const busy = all.filter((each) => each.job_id).length;
  return h('section', { class: 'panel' },
    h('div', { class: 'head' }, h('h2', {}, 'Workers'),
      h('span', { class: 'muted' }, all.length ? `${busy} of ${number(all.length)} at work` : '')),
    all.length ? h('div', { class: 'scroll' }, h('table', { class: 'stack' },
      h('thead', {}, h('tr', {}, ['Process', 'At work on'].map((word) => h('th', {}, word)),
        ['For', 'CPU', 'Memory', 'Documents'].map((word) => h('th', { class: 'number' }, word)))),
      h('tbody', {}, all.map(worker)))) : h('p', { class: 'muted' }, 'No worker is at work.'));
}

function worker(each) {
  const cell = (label, value) => h('td', { class: 'number', 'data-label': label }, value);
  return h('tr', {},
    h('td', { 'data-label': 'Process', class: 'nowrap' }, h('span', {}, String(each.pid), each.host ? ` on ${each.host}` : '')),
    h('td', { 'data-label': 'At work on' }, h('span', {}, inHand(each))),
    cell('For', each.since ? wait(secondsSince(each.since)) : ''),
    cell('CPU', each.cpu === null ? '' : `${each.cpu} %`),
    cell('Memory', each.memory ? bytes(each.memory) : ''),
    cell('Documents', number(each.documents)));
}

function inHand({ job_id: job, uri, stage, page }) {
  if (!job) return h('span', { class: 'muted' }, 'nothing');
  const where = [stage, page === null ? '' : `page ${number(page)}`].filter(Boolean).join(', ');
  return [h('a', { href: at(`/ui/jobs/${job}`), title: uri || job }, uri ? shortName(uri) : `a document of job ${job.slice(0, 8)}`),
    where ? h('span', { class: 'muted' }, ` (${where})`) : null];
}

function machine(room) {
  if (!room) return null;
  return h('div', { class: 'columns' },
    headRoom('Disk of the data folder', room.disk_free, room.disk_total, room.disk_needed),
    headRoom('Memory', room.memory_free, room.memory_total, room.memory_needed));
}

function headRoom(title, free, total, needed) {
  const used = Math.max(0, total - free);
  return h('section', { class: 'panel' },
    h('div', { class: 'head' }, h('h2', {}, title), h('span', { class: free < needed ? 'bad' : 'muted' }, `${bytes(free)} of ${bytes(total)} free`)),
    svg('svg', { class: `gauge${free < needed ? ' short' : ''}`, viewBox: '0 0 100 2', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${Math.round((100 * used) / total)} % used` },
      svg('rect', { width: 100, height: 2 }), svg('rect', { class: 'used', width: ((100 * used) / total).toFixed(1), height: 2 })),
    h('p', { class: 'muted small' }, needed ? `Nothing is accepted below ${bytes(needed)}.` : 'No limit is set.'));
}
