// The drawer in which the gateway is told to misbehave.
import { el } from './elements.js';
import { resetBehaviour, setBehaviour } from './simulator.js';

const by = id => document.getElementById(id);

// Where it is in the behaviour; its name; what it does; what it is called while it is on; for a number, its unit, the most of it and what one is.
const yes = (path, name, what, short) => ({ path, name, what, short: () => short });
const number = (path, name, what, short, unit, most, one = 1) => ({ path, name, what, short, unit, most, one });
const seconds = (path, name, what, short) => number(path, name, what, value => `${short} ${value / 1000} s`, 's', 60, 1000);

const groups = [
  ['The phone', [
    yes('send.noDevice', 'Offline', 'No signal. Nothing arrives on the phone; the gateway refuses what the platform sends, or keeps it for later.', 'offline'),
  ]],
  ['Texts to the platform', [
    seconds('inbound.slowMs', 'Slow', 'The gateway waits this long before each delivery.', 'slow by'),
    number('inbound.duplicates', 'Duplicates', 'Each text is delivered this many times more.', value => `${value}× duplicates`, 'more', 100),
    yes('inbound.concurrent', 'All copies at once', 'Duplicates come at the same moment, not one after the other.', 'copies at once'),
    yes('inbound.matchedRule', 'By rule too', 'Each text comes a second time by the gateway’s rule path, with a rule’s id in it.', 'by rule too'),
    seconds('inbound.reorderMs', 'Out of order', 'Each text waits a random time up to this, and overtakes others.', 'shuffled within'),
    number('inbound.dropNext', 'Lose the next', 'So many texts never leave the gateway; counts down.', value => `loses the next ${value}`, 'texts', 2147483647),
    number('inbound.dropPercent', 'Lose some', 'This share of the texts never leaves the gateway.', value => `loses ${value} %`, '%', 100),
    yes('inbound.wrongSignature', 'Wrong signature', 'Signed with a secret nobody has: the platform must not believe it.', 'wrong signature'),
  ]],
  ['Messages from the platform', [
    seconds('send.slowMs', 'Slow to answer', 'The gateway’s API takes this long.', 'answers after'),
    number('send.failNext', 'Fail the next', 'The API answers 500 to so many requests; counts down.', value => `fails the next ${value}`, 'requests', 2147483647),
    number('send.failPercent', 'Fail some', 'The API answers 500 to this share of the requests.', value => `fails ${value} %`, '%', 100),
    number('send.acceptThenDropNext', 'Hang up after accepting', 'The message is sent, but the connection breaks before the API says so; counts down.', value => `hangs up on the next ${value}`, 'requests', 2147483647),
    yes('send.rateLimited', 'Rate limit', 'The API answers 429: too many requests.', 'rate limit'),
    { ...number('send.retryAfterSeconds', 'Pause it asks for', 'What the API says in Retry-After while it limits the rate.', null, 's', 3600), usual: 1 },
  ]],
  ['Delivery reports', [
    seconds('reports.slowMs', 'Late', 'Each report waits this long.', 'reports late by'),
    number('reports.duplicates', 'Duplicates', 'Everything is reported this many times more.', value => `${value}× duplicate reports`, 'more', 100),
    yes('reports.outOfOrder', 'Out of order', 'Delivered is reported before sent.', 'reports out of order'),
    number('reports.failNext', 'Report failure', 'So many messages are reported as failed, though they arrive; counts down.', value => `reports the next ${value} as failed`, 'messages', 2147483647),
  ]],
];
const dials = groups.flatMap(([, rows]) => rows);

const valueOf = (behaviour, path) => path.split('.').reduce((part, name) => part[name], behaviour);
const isOn = (dial, value) => dial.short !== null && value !== false && value !== 0;

export class Misbehave {
  #behaviour = null;
  #changed;
  #opener = null;
  #saving = Promise.resolve();

  /** Calls back with what is on, in words, whenever that changes. */
  constructor(changed) {
    this.#changed = changed;
    by('behaviour').addEventListener('submit', event => event.preventDefault());
    by('behaviour').append(...groups.map(([name, rows]) => el('fieldset', {}, el('legend', {}, name), ...rows.map(dial => this.#row(dial)))));
    by('reset').addEventListener('click', () => this.#save(resetBehaviour));
    by('drawer').querySelector('.close').addEventListener('click', () => this.close());
    by('drawer').addEventListener('keydown', event => { if (event.key === 'Escape') this.close(); });
    for (const button of document.querySelectorAll('.misbehave'))
      button.addEventListener('click', () => by('drawer').hidden ? this.open(button) : this.close());
  }

  open(opener) {
    this.#opener = opener;
    this.#show(true);
    by('drawer-title').focus();
  }

  close() {
    this.#show(false);
    (this.#opener?.checkVisibility() ? this.#opener : by('text')).focus();
  }

  heard(behaviour) {
    this.#behaviour = behaviour;
    for (const dial of dials) {
      const value = valueOf(behaviour, dial.path);
      dial.row.classList.toggle('on', isOn(dial, value));
      if (dial.unit === undefined) dial.input.checked = value;
      else if (document.activeElement !== dial.input) dial.input.value = value / dial.one;
    }
    const on = dials.filter(dial => isOn(dial, valueOf(behaviour, dial.path))).map(dial => dial.short(valueOf(behaviour, dial.path)));
    by('on-now').textContent = on.length ? `On now: ${on.join(', ')}.` : 'Behaves well.';
    by('on-now').classList.remove('wrong');
    by('reset').disabled = on.length === 0;
    this.#changed(on, behaviour);
  }

  #show(open) {
    by('drawer').hidden = !open;
    by('phone').classList.toggle('with-drawer', open);
    for (const button of document.querySelectorAll('.misbehave')) button.setAttribute('aria-expanded', open);
  }

  #row(dial) {
    const id = dial.path.replace('.', '-');
    dial.input = dial.unit === undefined
      ? el('input', { id, type: 'checkbox', role: 'switch' })
      : el('input', { id, type: 'number', min: 0, max: dial.most, step: dial.unit === '%' || dial.one > 1 ? 'any' : 1, value: 0, inputMode: 'decimal' });
    dial.input.setAttribute('aria-describedby', `${id}-what`);
    dial.input.addEventListener('change', () => this.#set(dial));
    dial.row = el('div', { className: 'dial' },
      el('label', { htmlFor: id }, dial.name),
      dial.unit === undefined ? dial.input : el('span', { className: 'amount' }, dial.input, el('span', { className: 'quiet' }, dial.unit)),
      el('p', { id: `${id}-what`, className: 'quiet' }, dial.what));
    return dial.row;
  }

  #set(dial) {
    if (!dial.input.checkValidity() || dial.input.value === '') {
      dial.input.value = valueOf(this.#behaviour, dial.path) / dial.one;
      return;
    }
    const [part, name] = dial.path.split('.');
    const value = dial.unit === undefined ? dial.input.checked : dial.one === 1 ? dial.input.valueAsNumber : Math.round(dial.input.valueAsNumber * dial.one);
    // On top of what it is by the time it is this one's turn.
    this.#save(async () => this.heard(await setBehaviour({ ...this.#behaviour, [part]: { ...this.#behaviour[part], [name]: value } })));
  }

  #save(change) {
    this.#saving = this.#saving.then(change).catch(problem => {
      this.heard(this.#behaviour);
      by('on-now').textContent = `Not changed. ${problem.message}`;
      by('on-now').classList.add('wrong');
    });
  }
}
