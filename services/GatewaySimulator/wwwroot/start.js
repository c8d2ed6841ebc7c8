// The dialog that starts a conversation.
import { el, shownNumber } from './elements.js';

const by = id => document.getElementById(id);
const another = '';

/** A number as it is kept, or null where it is none: E.164 has a plus, no leading zero and at most 15 digits. */
function readNumber(written) {
  const number = written.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(number) ? number.slice(1) : null;
}

export class Start {
  #numbers = [];
  #open;

  constructor(open) {
    this.#open = open;
    for (const button of document.querySelectorAll('.new')) button.addEventListener('click', () => this.#show());
    by('start-cancel').addEventListener('click', () => by('start').close());
    by('make-up').addEventListener('click', () => {
      // Ofcom, "Telephone numbers for use in TV and radio drama programmes": 07700 900000 to 900999.
      by('own').value = `+447700900${String(Math.floor(Math.random() * 1000)).padStart(3, '0')}`;
      this.#complain('own', '');
    });
    by('business').addEventListener('change', () => this.#offerOther());
    by('start').querySelector('form').addEventListener('submit', event => {
      const own = readNumber(by('own').value);
      const number = by('business').value || readNumber(by('other').value);
      this.#complain('own', own ? '' : 'That is no number in E.164, such as +447700900123.');
      this.#complain('other', number ? '' : 'That is no number in E.164, such as +911234500000.');
      if (own && number) this.#open({ customer: own, number });
      else {
        event.preventDefault();
        by(own ? 'other' : 'own').focus();
      }
    });
  }

  set numbers(numbers) {
    this.#numbers = numbers;
  }

  #show() {
    by('own').value = '';
    by('other').value = '';
    this.#complain('own', '');
    this.#complain('other', '');
    by('business').replaceChildren(
      ...this.#numbers.map(number => el('option', { value: number }, shownNumber(number))), el('option', { value: another }, 'Another number…'));
    this.#offerOther();
    by('start').showModal();
  }

  #offerOther() {
    by('other-number').hidden = by('business').value !== another;
  }

  #complain(id, words) {
    by(`${id}-wrong`).textContent = words;
    by(id).setAttribute('aria-invalid', words !== '');
  }
}
