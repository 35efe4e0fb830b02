// Files as a browser has them, and how they are sent.

import { Problem } from './calls.js';

/** Send files as one job; `onSent` gets how many bytes have gone. */
export function uploaded(address, files, collection, onSent) {
  const form = new FormData();
  form.append('collection', collection);
  for (const { file, name } of files) form.append('file', file, name);
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.upload.addEventListener('progress', (event) => onSent(event.loaded));
    request.addEventListener('error', () => failed(new Error('no answer')));
    request.addEventListener('load', () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* a proxy's answer */ }
      if (request.status < 300) done(said);
      else failed(new Problem(request.status, said));
    });
    request.send(form);
  });
}

/** The files of a drop, those in folders with their way from there. */
export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  return (await Promise.all(entries.map((entry) => inside(entry, '')))).flat();
}

async function inside(entry, way) {
  const name = `${way}${entry.name}`;
  if (entry.isFile) return [{ file: await new Promise((done, failed) => entry.file(done, failed)), name }];
  const reader = entry.createReader(), found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) break;
    found.push(...await Promise.all(some.map((each) => inside(each, `${name}/`))));
  }
  return found.flat();
}
