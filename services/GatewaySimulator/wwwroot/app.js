// The phone: puts its parts together, and follows the address and the simulator.
import { Composer } from './composer.js';
import { shownNumber } from './elements.js';
import { addressOf, keyOf, List } from './list.js';
import { Misbehave } from './misbehave.js';
import { conversations, listen } from './simulator.js';
import { Start } from './start.js';
import { Thread } from './thread.js';

const by = id => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const embedded = asked.has('embedded');
const withoutPlus = number => number?.trim().replace(/^\+/, '') || null;

const list = new List();
const thread = new Thread();
const composer = new Composer();
const start = new Start(conversation => { location.hash = addressOf(conversation); });
const misbehave = new Misbehave(showMisbehaviour);
let setup = { numbers: [], connected: true };
let misbehaving = [];
let offline = false;
let everConnected = false;

if (embedded) by('phone').classList.add('embedded');

/** The conversation that the address names; in a frame, the one the frame is for. */
function wanted() {
  const [, customer, number] = location.hash.split('/').map(decodeURIComponent);
  if (customer && number) return { customer, number };
  if (!embedded) return null;
  const as = withoutPlus(asked.get('as'));
  const newest = [...list.last.values()].sort((a, b) => b.cursor - a.cursor).find(message => !as || message.customer === as);
  const to = withoutPlus(asked.get('to')) ?? newest?.number ?? setup.numbers[0];
  return as && to ? { customer: as, number: to } : newest ?? null;
}

async function follow() {
  const conversation = wanted();
  const before = thread.conversation;
  list.current = conversation && keyOf(conversation);
  by('phone').dataset.view = conversation ? 'thread' : 'list';
  by('welcome').hidden = conversation !== null;
  by('talk').hidden = conversation === null;
  if (!conversation) {
    thread.close();
    return;
  }
  if (!before || keyOf(before) !== keyOf(conversation)) composer.open(conversation, keyOf(conversation));
  try {
    await thread.open(conversation);
    readCurrent();
  } catch {
    // Away: it is looked at again when the simulator is back.
  }
}

function readCurrent() {
  if (thread.conversation && document.visibilityState === 'visible') list.read(thread.conversation);
}

function showMisbehaviour(on, now) {
  misbehaving = on;
  offline = now.send.noDevice;
  for (const button of document.querySelectorAll('.misbehave')) {
    button.classList.toggle('on', on.length > 0);
    button.title = on.length ? `Misbehaving: ${on.join(', ')}` : 'Make the gateway misbehave';
    button.querySelector('.words').textContent = on.length ? `Misbehaving · ${on.length}` : 'Misbehave';
    if (embedded) button.hidden = on.length === 0;
  }
  thread.offline = offline;
  showStanding();
}

function showStanding() {
  composer.standing = !setup.connected ? 'No webhook is set up: texts go nowhere.'
    : embedded && misbehaving.length ? `Misbehaving: ${misbehaving.join(', ')}`
    : offline ? 'Offline: nothing arrives here.'
    : '';
}

listen({
  async connected() {
    by('away').hidden = true;
    everConnected = true;
    try {
      list.replace(await conversations());
      await follow();
    } catch {
      // It went away again, and will be back.
    }
  },
  away() {
    by('away').textContent = everConnected ? 'The simulator is away. Connecting again…' : 'The simulator does not answer. Connecting…';
    by('away').hidden = false;
  },
  setup(now) {
    setup = now;
    start.numbers = now.numbers;
    showStanding();
    if (embedded && !thread.conversation) follow();
  },
  behaviour: now => misbehave.heard(now),
  text(message) {
    const isNew = (list.last.get(keyOf(message))?.cursor ?? 0) < message.cursor;
    list.heard(message);
    if (!setup.numbers.includes(message.number)) start.numbers = setup.numbers = [...setup.numbers, message.number];
    if (thread.conversation && keyOf(thread.conversation) === keyOf(message)) {
      thread.heard(message);
      readCurrent();
    }
    if (isNew && message.state === 'received')
      by('said').textContent = `New message for ${shownNumber(message.customer)}: ${message.text}`;
  },
  forgotten() {
    list.replace([]);
    thread.forgotten();
  },
});

addEventListener('hashchange', follow);
document.addEventListener('visibilitychange', readCurrent);
