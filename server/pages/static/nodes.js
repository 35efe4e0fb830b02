// The machines that work for a service (`--engine dask`), as the overview shows them.

import { h } from './dom.js';
import { capital } from './job_parts.js';
import { number, wait } from './words.js';

const DOTS = { joining: 'queued', working: 'succeeded', leaving: 'cancelled', refused: 'failed' };

/** A panel of them; none where workers run on the service's own machine, or the key may not see it. */
export function nodes(all) {
  if (!all?.length) return null;
  const working = all.filter((each) => each.state === 'working' && !each.why).length;
  return h('section', { class: 'panel', 'aria-label': 'Nodes' },
    h('div', { class: 'head' }, h('h2', {}, 'Nodes'),
      h('span', { class: 'muted' }, `${number(working)} of ${number(all.length)} working`)),
    h('table', { class: 'stack' },
      h('caption', { class: 'unseen' }, 'Nodes'),
      h('thead', {}, h('tr', {}, ['Node', 'State'].map((word) => h('th', { scope: 'col' }, word)),
        ['Workers', 'At work', 'Version'].map((word) => h('th', { scope: 'col', class: 'number' }, word)))),
      h('tbody', {}, all.map(row))));
}

function row({ name, address, state, workers, busy, version, silent_s: silent, why }) {
  const cell = (label, value) => h('td', { class: 'number', 'data-label': label }, value);
  const amount = (value) => (state === 'refused' ? '' : number(value));
  return h('tr', { 'data-key': address },
    h('td', { class: 'main' }, h('span', { title: address }, name),
      why ? h('div', { class: `small ${state === 'refused' ? 'bad' : 'warn'}` }, capital(why)) : null),
    h('td', { 'data-label': 'State' }, h('span', {}, h('span', { class: `state ${DOTS[state] || ''}` }, state),
      silent ? h('span', { class: 'warn small' }, ` silent for ${wait(silent)}`) : null)),
    cell('Workers', amount(workers)), cell('At work', amount(busy)), cell('Version', version));
}
