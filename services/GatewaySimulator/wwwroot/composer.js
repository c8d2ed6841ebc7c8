// Writing a text, and what it will take.
import { segmentsOf } from './segments.js';
import { sendText } from './simulator.js';

const by = id => document.getElementById(id);

export class Composer {
  #conversation = null;
  #drafts = new Map();
  #standing = '';
  #sending = Promise.resolve();

  constructor() {
    by('text').addEventListener('input', () => this.#count());
    by('text').addEventListener('keydown', event => {
      // Enter that only ends the composition of a character sends nothing.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    by('composer').addEventListener('submit', event => {
      event.preventDefault();
      this.#send();
      by('text').focus();
    });
  }

  open(conversation, key) {
    if (this.#conversation) this.#drafts.set(this.#conversation.key, by('text').value);
    this.#conversation = { ...conversation, key };
    by('text').value = this.#drafts.get(key) ?? '';
    this.#say('');
    this.#count();
    // Where there is a keyboard on the glass, it is not to jump up.
    if (matchMedia('(hover: hover)').matches) by('text').focus();
  }

  /** What is to be known while writing, whatever is written. */
  set standing(words) {
    this.#standing = words;
    if (!by('hint').classList.contains('wrong')) this.#say('');
  }

  #send() {
    const written = by('text').value;
    if (!written.trim()) return;
    const conversation = this.#conversation;
    by('text').value = '';
    this.#say('');
    this.#count();
    // One after the other: texts arrive in the order they were written.
    this.#sending = this.#sending.then(() => sendText(conversation, written)).catch(problem => {
      if (this.#conversation.key === conversation.key) {
        by('text').value = by('text').value ? `${written}\n${by('text').value}` : written;
        this.#say(`Not sent. ${problem.message}`, true);
        this.#count();
      } else {
        this.#drafts.set(conversation.key, written);
      }
    });
  }

  #say(words, wrong = false) {
    by('hint').textContent = by('hint').title = words || this.#standing;
    by('hint').classList.toggle('wrong', wrong);
    by('hint').setAttribute('role', wrong ? 'alert' : 'note');
  }

  #count() {
    const text = by('text').value;
    const { encoding, units, count, room, foreign } = segmentsOf(text);
    by('composer').classList.toggle('ready', text.trim() !== '');
    by('composer').querySelector('[type=submit]').disabled = text.trim() === '';
    by('segments').textContent = text ? `${count === 1 ? '' : `${count} parts · `}${units}/${room} · ${encoding}` : '';
    by('segments').title = !text ? ''
      : foreign ? `“${foreign}” is not in the GSM alphabet: 70 units in one part, 67 in each of several`
      : 'The GSM alphabet: 160 characters in one part, 153 in each of several';
  }
}
