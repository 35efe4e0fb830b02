// What cannot be undone is asked about, in the page itself.

import { h } from './dom.js';

/** Whether the user says yes. `word` is what the button that does it says. */
export function confirmed(question, word) {
  return new Promise((answer) => {
    const before = document.activeElement;
    const dialog = h('dialog', { 'aria-labelledby': 'question' }, h('p', { id: 'question' }, question),
      h('form', { method: 'dialog', class: 'actions' },
        h('button', { class: 'danger', value: 'yes' }, word), h('button', { class: 'quiet', value: 'no' }, 'No, leave it')));
    document.body.append(dialog);
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before && before.isConnected) before.focus();
      answer(dialog.returnValue === 'yes');
    });
    dialog.showModal();
  });
}
