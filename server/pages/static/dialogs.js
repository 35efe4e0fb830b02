// What cannot be undone is asked about, in the page itself.

import { h } from './dom.js';

/** Whether the user says yes. `word` is what the button that does it says; with `typed` it can only be
 * pressed once that was typed in. `more` stands below the question. */
export function confirmed(question, word, { typed = null, more = null } = {}) {
  return new Promise((answer) => {
    const before = document.activeElement;
    const yes = h('button', { class: 'danger', disabled: typed !== null }, word);
    const field = typed === null ? null : h('p', {}, h('label', { for: 'typed' }, `Type ${typed} to confirm`), h('br'),
      h('input', { id: 'typed', type: 'text', autocomplete: 'off', inputmode: 'numeric',
        input: (event) => { yes.disabled = event.target.value.trim() !== typed; } }));
    const dialog = h('dialog', { 'aria-labelledby': 'question' }, h('p', { id: 'question' }, question), more,
      h('form', { method: 'dialog', submit: (event) => said(event, true) }, field, h('div', { class: 'actions' }, yes,
        h('button', { type: 'button', class: 'quiet', click: (event) => said(event, false) }, 'No, leave it'))));
    // The event `close` comes a task after the dialog is gone: a key pressed in between would find the
    // page still asking. So what closes it is taken over, and `close` is left for the browser's own ways.
    let asking = true;
    function said(event, sure) {
      event.preventDefault();
      if (!asking) return;
      asking = false;
      dialog.close();
      dialog.remove();
      if (before && before.isConnected) before.focus();
      answer(sure);
    }
    dialog.addEventListener('cancel', (event) => said(event, false));
    dialog.addEventListener('close', (event) => said(event, false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
