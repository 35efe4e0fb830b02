// The same request, as a program would send it.

import { at } from './calls.js';
import { h } from './dom.js';
import { shortName } from './words.js';

/** A job's request as curl and as Python. A text is not shown again: its place is. */
export function examples(job) {
  const task = taskOf(job), address = `${location.origin}${at('')}/ingest`;
  const withKey = document.querySelector('.who') !== null;
  return h('details', { class: 'panel' },
    h('summary', {}, 'The same request from a program'),
    h('div', { class: 'columns' }, example('curl', curl(task, address, withKey)), example('Python', python(task, address, withKey))));
}

function taskOf(job) {
  const isPath = job.name !== null && job.name.startsWith('/');
  const source = isPath ? { type: 'path', path: job.name }
    : { type: 'text', text: '…', ...(job.name ? { name: shortName(job.name) } : {}) };
  return {
    sources: [source], collection: job.collection,
    ...(job.priority ? { priority: job.priority } : {}),
    ...(Object.keys(job.metadata).length ? { metadata: job.metadata } : {}),
  };
}

function example(title, text) {
  return h('div', { class: 'example' },
    h('div', { class: 'head' }, h('h3', {}, title), h('button', { type: 'button', class: 'quiet', 'data-do': 'copy' }, 'Copy')),
    h('pre', { tabindex: 0, role: 'region', 'aria-label': title }, text));
}

function curl(task, address, withKey) {
  const lines = [`curl ${address}`];
  if (withKey) lines.push('  -H "Authorization: Bearer $GRISTMILL_KEY"');
  lines.push("  -H 'Content-Type: application/json'");
  lines.push(`  -d '${JSON.stringify(task).replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n');
}

function python(task, address, withKey) {
  const headers = withKey ? ', headers={"Authorization": f"Bearer {os.environ[\'GRISTMILL_KEY\']}"}' : '';
  return [
    ...(withKey ? ['import os', ''] : []), 'import httpx', '', `task = ${literal(task)}`,
    `answer = httpx.post("${address}", json=task${headers})`, 'print(answer.json()["job_id"])',
  ].join('\n');
}

/** A value as Python writes it. */
function literal(value) {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${literal(each)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}
