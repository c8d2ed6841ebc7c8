// All conversations, the newest first, with what was said last and whether it has been read.
import { briefTime, dressFace, el, shownNumber } from './elements.js';
import { stateOf } from './words.js';

const kept = 'phone.read';

export const keyOf = ({ customer, number }) => `${customer}/${number}`;
export const addressOf = ({ customer, number }) => `#/${encodeURIComponent(customer)}/${encodeURIComponent(number)}`;

// Kept by this browser, where it lets the page: framed by another site it may not.
function load() {
  try {
    return JSON.parse(localStorage.getItem(kept));
  } catch {
    return null;
  }
}

export class List {
  last = new Map();
  #read = load();
  #rows = new Map();
  #drawing = false;
  #current = null;

  /** Everything there is; whoever looks for the first time has read it all. */
  replace(messages) {
    this.last = new Map(messages.map(message => [keyOf(message), message]));
    if (!this.#read) {
      this.#read = { before: Math.max(0, ...messages.map(message => message.cursor)), upTo: {} };
      this.#keep();
    }
    this.draw();
  }

  /** A message is new, or something has become of it. Whether its conversation shows another one as its last now. */
  heard(message) {
    if (message.state === 'on-its-way') return;
    const before = this.last.get(keyOf(message));
    if (before && before.cursor > message.cursor) return;
    this.last.set(keyOf(message), message);
    this.draw();
  }

  read(conversation) {
    const last = this.last.get(keyOf(conversation));
    if (!last || !this.#isUnread(last)) return;
    this.#read.upTo[keyOf(last)] = last.cursor;
    this.#keep();
    this.draw();
  }

  #keep() {
    try {
      localStorage.setItem(kept, JSON.stringify(this.#read));
    } catch {
      // Then it is forgotten with the page.
    }
  }

  get unread() {
    return [...this.last.values()].filter(message => this.#isUnread(message)).length;
  }

  set current(key) {
    this.#current = key;
    this.draw();
  }

  #isUnread(message) {
    return message.direction === 'received' && message.cursor > Math.max(this.#read?.before ?? 0, this.#read?.upTo[keyOf(message)] ?? 0);
  }

  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    const list = document.getElementById('conversations');
    const ordered = [...this.last.values()].sort((a, b) => b.cursor - a.cursor);
    ordered.forEach((message, place) => {
      const row = this.#row(message);
      if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
    });
    while (list.children.length > ordered.length) list.lastElementChild.remove();
    document.getElementById('no-conversations').hidden = ordered.length > 0;
    document.getElementById('phone').classList.toggle('nothing', ordered.length === 0);
    document.title = this.unread ? `(${this.unread}) Phone` : 'Phone';
  }

  #row(message) {
    const key = keyOf(message);
    const row = this.#rows.get(key) ?? el('li', {}, el('a', { href: addressOf(message) }));
    this.#rows.set(key, row);
    const unread = this.#isUnread(message);
    const isCurrent = key === this.#current;
    const at = new Date(message.at);
    const seen = JSON.stringify([message, unread, isCurrent, briefTime(at)]);
    if (row.seen === seen) return row;
    row.seen = seen;

    const several = [...this.last.values()].some(other => other.number !== message.number);
    const link = row.firstChild;
    link.className = unread ? 'unread' : '';
    if (isCurrent) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    link.replaceChildren(...[
      dressFace(el('span', { 'aria-hidden': 'true' }), message.customer),
      el('span', { className: 'name' }, shownNumber(message.customer), several ? el('span', { className: 'to' }, ` to ${shownNumber(message.number)}`) : null),
      el('time', { dateTime: message.at }, briefTime(at)),
      el('span', { className: stateOf(message).bad ? 'preview bad' : 'preview', dir: 'auto' },
        message.direction === 'sent' ? `${stateOf(message).bad ? 'Not delivered: ' : 'You: '}${message.text}` : message.text),
      unread ? el('span', { className: 'mark' }, el('span', { className: 'unseen' }, 'unread')) : '',
    ]);
    return row;
  }
}
