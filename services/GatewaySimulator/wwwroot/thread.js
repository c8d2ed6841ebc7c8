// One conversation: its messages, grouped by day, in step with what the simulator tells.
import { dayName, dayOf, dressFace, el, exactTime, icon, shownNumber, timeOfDay } from './elements.js';
import { messagesOf, retryText } from './simulator.js';
import { stateOf } from './words.js';

const closeTogether = 4 * 60_000;
const nearEnd = 80;
const by = id => document.getElementById(id);
const onlyEmoji = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier}|\p{Extended_Pictographic})*){1,3}$/u;

export class Thread {
  conversation = null;
  #messages = new Map();
  #items = new Map();
  #days = new Map();
  #asked = 0;
  #drawing = false;
  #heardSince = new Set();
  #offline = false;
  #pinned = true; // To the end: what is new is scrolled to, unless the viewer looks at something earlier.

  constructor() {
    by('earlier').addEventListener('click', () => this.#loadEarlier());
    by('newest').addEventListener('click', () => this.#toEnd(true));
    by('scroll').addEventListener('scroll', () => this.#see(), { passive: true });
    new ResizeObserver(() => { if (this.#pinned) this.#toEnd(); }).observe(by('scroll'));
  }

  /** Shows another conversation, or looks at the same one anew. */
  async open(conversation) {
    const same = this.conversation?.customer === conversation.customer && this.conversation.number === conversation.number;
    this.conversation = conversation;
    if (!same) {
      this.#forget();
      dressFace(by('who-face'), conversation.customer);
      by('who').textContent = shownNumber(conversation.customer);
      by('whom').textContent = `texting ${shownNumber(conversation.number)}`;
      by('messages').replaceChildren();
      by('first').hidden = true;
      by('on-its-way').hidden = true;
    }
    const asked = ++this.#asked;
    this.#heardSince.clear();
    const part = await messagesOf(conversation);
    if (asked !== this.#asked) return;
    // What it does not know any more is gone here too.
    const start = part.more ? part.items[0].cursor : 0;
    for (const [id, message] of this.#messages)
      if (message.cursor >= start && !this.#heardSince.has(id)) this.#messages.delete(id);
    this.#keep(part);
    if (!same || !part.more) by('earlier').hidden = !part.more;
    this.#draw(!same);
  }

  close() {
    this.conversation = null;
    this.#asked++;
    this.#forget();
  }

  /** A message of this conversation is new, or something has become of it. */
  heard(message) {
    const known = this.#messages.get(message.id);
    this.#messages.set(message.id, message);
    this.#heardSince.add(message.id);
    if (!known && message.direction === 'sent') this.#pinned = true;
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw(false);
    });
  }

  forgotten() {
    this.#forget();
    this.#draw(true);
  }

  set offline(offline) {
    this.#offline = offline;
    this.#drawOnItsWay();
  }

  /** What was heard while it was asked for is newer than what was answered. */
  #keep(part) {
    for (const message of part.items)
      if (!this.#heardSince.has(message.id)) this.#messages.set(message.id, message);
  }

  #forget() {
    this.#messages.clear();
    this.#items.clear();
    this.#days.clear();
    by('earlier').hidden = true;
  }

  async #loadEarlier() {
    const { conversation } = this;
    this.#heardSince.clear();
    const oldest = Math.min(...this.#arrived().map(message => message.cursor));
    const part = await messagesOf(conversation, oldest);
    if (conversation !== this.conversation) return;
    const scroll = by('scroll');
    const fromEnd = scroll.scrollHeight - scroll.scrollTop;
    this.#keep(part);
    by('earlier').hidden = !part.more;
    this.#draw(false);
    scroll.scrollTop = scroll.scrollHeight - fromEnd;
    scroll.focus({ preventScroll: true });
  }

  #arrived() {
    return [...this.#messages.values()].filter(message => message.state !== 'on-its-way').sort((a, b) => a.cursor - b.cursor);
  }

  #draw(toEnd) {
    if (!this.conversation) return;
    this.#pinned ||= toEnd;
    const arrived = this.#arrived();
    const wanted = [];
    let before = null;
    for (const message of arrived) {
      const at = new Date(message.at);
      const newDay = !before || dayOf(at) !== dayOf(new Date(before.at));
      if (newDay) wanted.push(this.#day(at));
      const item = this.#item(message);
      item.classList.toggle('follows', !newDay && before.direction === message.direction && at - new Date(before.at) < closeTogether);
      wanted.push(item);
      before = message;
    }
    const list = by('messages');
    wanted.forEach((item, place) => { if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null); });
    while (list.children.length > wanted.length) list.lastElementChild.remove();
    by('first').hidden = wanted.length > 0;
    this.#drawOnItsWay();
    if (this.#pinned) this.#toEnd();
    this.#see();
  }

  #drawOnItsWay() {
    const count = [...this.#messages.values()].filter(message => message.state === 'on-its-way').length;
    const what = count === 1 ? 'A message' : `${count} messages`;
    by('on-its-way').hidden = count === 0;
    by('on-its-way').querySelector('.words').textContent = this.#offline
      ? `${what} will arrive when this phone is back online`
      : `${what} on the way`;
  }

  #day(at) {
    const day = dayOf(at);
    if (!this.#days.has(day)) this.#days.set(day, el('li', { className: 'day' }, el('span')));
    this.#days.get(day).firstChild.textContent = dayName(at);
    return this.#days.get(day);
  }

  #item(message) {
    const seen = JSON.stringify(message);
    let item = this.#items.get(message.id);
    if (item?.seen === seen) return item.element;
    const element = item?.element ?? el('li', { className: `message ${message.direction}` });
    const hadFocus = element.contains(document.activeElement);
    element.replaceChildren(...this.#contents(message));
    if (hadFocus) (element.querySelector('button') ?? by('text')).focus();
    item = { element, seen };
    this.#items.set(message.id, item);
    return element;
  }

  #contents(message) {
    const at = new Date(message.at);
    const state = stateOf(message);
    const meta = el('span', { className: 'meta' },
      el('time', { dateTime: message.at, title: exactTime(at) }, timeOfDay(at)), state.icon ? icon(state.icon, state.words) : null);
    if (state.words) meta.title = state.words;
    const who = el('span', { className: 'unseen' }, message.direction === 'sent' ? 'You: ' : 'Business: ');
    const bubble = el('p', { className: onlyEmoji.test(message.text) ? 'bubble emoji' : 'bubble' }, who,
      el('span', { className: 'written', dir: 'auto' }, message.text), meta);
    if (!state.note) return [bubble];
    const note = el('p', { className: state.bad ? 'note bad' : 'note' }, state.note);
    if (state.retry)
      note.append(' ', el('button', { type: 'button', className: 'link', onclick: () => this.#retry(message, note) }, state.retry));
    return [bubble, note];
  }

  async #retry(message, note) {
    try {
      await retryText(message.id);
    } catch (problem) {
      note.querySelector('.wrong')?.remove();
      note.append(el('span', { className: 'wrong' }, ` ${problem.message}`));
    }
  }

  #see() {
    const { scrollHeight, scrollTop, clientHeight } = by('scroll');
    this.#pinned = scrollHeight - scrollTop - clientHeight < nearEnd;
    by('newest').hidden = this.#pinned;
  }

  #toEnd(smoothly = false) {
    const scroll = by('scroll');
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    scroll.scrollTo({ top: scroll.scrollHeight, behavior: smoothly && !still ? 'smooth' : 'instant' });
  }
}
