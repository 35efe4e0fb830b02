// Elements are made of values, never of markup: what a document says cannot become a part of the page.

const SVG = 'http://www.w3.org/2000/svg';

/** An element. Attributes that are null or false are left out; children that are, as well. */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same of an SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Make `place` hold `children`. What is there already and the same stays, with its focus, its
 * selection and its listeners: so listen on what never goes away, and look at `data-do`. */
export function show(place, ...children) {
  const wanted = document.createElement('div');
  append(wanted, children);
  merge(place, wanted);
  place.removeAttribute('aria-busy');
}

function merge(old, fresh) {
  const wanted = [...fresh.childNodes];
  wanted.forEach((node, at) => {
    const there = old.childNodes[at];
    if (!there) old.append(node);
    else if (!alike(there, node)) there.replaceWith(node);
    else if (there.nodeType === Node.TEXT_NODE) {
      if (there.data !== node.data) there.data = node.data;
    } else {
      attributes(there, node);
      // What a user types in, or opens, is theirs.
      if (!there.matches('textarea, [data-keep]')) merge(there, node);
    }
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

function alike(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName &&
    (a.nodeType !== Node.ELEMENT_NODE || a.getAttribute('data-key') === b.getAttribute('data-key'));
}

function attributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value && !(name === 'open')) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  }
}

/** Call what `data-do` of a clicked element names. */
export function listen(place, actions) {
  place.addEventListener('click', (event) => {
    const found = event.target.closest('[data-do]');
    const action = found && actions[found.dataset.do];
    if (!action || found.disabled) return;
    event.preventDefault();
    action(found);
  });
}

export const content = document.getElementById('content');
