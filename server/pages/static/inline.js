// What stands within a line of Markdown, as elements: code, strong, emphasis, links. A picture is its words,
// a link leads to the web or nowhere, and HTML is text as it stands.

import { h } from './dom.js';

const MOST = 8000;
const ADDRESS = String.raw`\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)`;
const PIECE = new RegExp([
  String.raw`(?<ticks>${'`'}+)(?<code>.+?)\k<ticks>(?!${'`'})`,
  String.raw`!\[(?<picture>[^\]]*)\]${ADDRESS}`,
  String.raw`\[(?<link>(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))+)\]${ADDRESS.replace('([^', '(?<to>[^')}`,
  String.raw`<(?<auto>https?:\/\/[^<>\s]+)>`,
  String.raw`\*\*(?=\S)(?<strong>.+?)(?<=\S)\*\*`,
  String.raw`(?<!\w)__(?=\S)(?<strong2>.+?)(?<=\S)__(?!\w)`,
  String.raw`\*(?=[^\s*])(?<em>[^*]*[^\s*])\*(?!\*)`,
  String.raw`(?<!\w)_(?=[^\s_])(?<em2>[^_]*[^\s_])_(?!\w)`,
  String.raw`~~(?=\S)(?<gone>.+?)(?<=\S)~~`,
  String.raw`\\(?<escaped>[!-\/:-@\[-${'`'}{-~])`,
].join('|'), 'gs');

/** The text as children of an element. What is very long stays as it is: nobody waits for it. */
export function inline(text, depth = 0) {
  if (text.length > MOST || depth > 3) return [text];
  const found = [];
  let at = 0;
  for (const match of text.matchAll(PIECE)) {
    found.push(text.slice(at, match.index), element(match.groups, depth));
    at = match.index + match[0].length;
  }
  return [...found, text.slice(at)];
}

function element({ code, picture, link, to, auto, strong, strong2, em, em2, gone, escaped }, depth) {
  const inner = (text) => inline(text, depth + 1);
  if (code !== undefined) return h('code', {}, code);
  if (picture !== undefined) return picture ? h('span', { class: 'muted' }, `[${picture}]`) : '';
  if (link !== undefined) return linkTo(to, inner(link));
  if (auto !== undefined) return linkTo(auto, auto);
  if (strong !== undefined || strong2 !== undefined) return h('strong', {}, inner(strong ?? strong2));
  if (em !== undefined || em2 !== undefined) return h('em', {}, inner(em ?? em2));
  return gone !== undefined ? h('s', {}, inner(gone)) : escaped;
}

/** Only what leads to the web is a link, and tells nobody where it was. Its address can be read. */
function linkTo(address, said) {
  if (!/^https?:\/\/[^\s]+$/i.test(address)) return said;
  return h('a', { href: address, title: address, rel: 'noopener noreferrer nofollow', target: '_blank', referrerpolicy: 'no-referrer' }, said);
}
