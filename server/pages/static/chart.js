// A small chart of what happened in time: an SVG of ours, no library.

import { h, svg } from './dom.js';
import { clockTime, dayOf, number } from './words.js';

const WIDTH = 600, HEIGHT = 100;

/** `points` are [seconds since the epoch, value], the oldest first; a step that is missing is a gap. */
export function chart({ title, said, points, from, until, step, kind = '', format = number }) {
  const most = nice(Math.max(1, ...points.map(([, value]) => value)));
  const x = (at) => ((at - from) / (until - from)) * WIDTH;
  const y = (value) => HEIGHT - (value / most) * HEIGHT;
  const picture = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `${title}: ${said}`,
  },
  svg('line', { class: 'base', x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }),
  pieces(points, step).map((piece) => {
    const line = piece.map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join(' L');
    const first = x(piece[0][0]).toFixed(1), last = x(piece[piece.length - 1][0]).toFixed(1);
    return [
      svg('path', { class: `area ${kind}`, d: `M${first} ${HEIGHT} L${line} L${last} ${HEIGHT} Z` }),
      svg('path', { class: `line ${kind}`, d: `M${line}` }),
    ];
  }));
  const long = until - from > 2 * 86400;
  return h('figure', {},
    h('figcaption', {}, h('b', {}, title), h('span', { class: 'muted' }, said)),
    h('div', { class: 'chart' }, h('span', { class: 'most', 'aria-hidden': 'true' }, format(most)), picture),
    h('div', { class: 'axis', 'aria-hidden': 'true' },
      h('span', {}, long ? dayOf(from * 1000) : clockTime(from * 1000)), h('span', {}, 'now')));
}

/** Runs of points without a gap. A lone one is drawn as wide as its step. */
function pieces(points, step) {
  const found = [];
  let before = null;
  for (const point of points) {
    if (before === null || point[0] - before > 1.5 * step) found.push([[point[0] - step, point[1]]]);
    found[found.length - 1].push(point);
    before = point[0];
  }
  return found;
}

/** The next round number. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) * power;
}
