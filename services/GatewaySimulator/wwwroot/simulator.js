// The simulator's side: what is asked of it, and what it tells by itself.

async function ask(path, method = 'GET', body = undefined) {
  let answer;
  try {
    answer = await fetch(`/sim${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error('The simulator does not answer.');
  }
  const json = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : null;
  if (!answer.ok) throw new Error(json?.detail ?? json?.title ?? `The simulator answers ${answer.status}.`);
  return json;
}

const pathOf = ({ customer, number }) => `/conversations/${encodeURIComponent(customer)}/${encodeURIComponent(number)}`;
// A + would be taken off again: numbers are kept without.
const dialled = number => /^\d{5,}$/.test(number) ? `+${number}` : number;

export const conversations = () => ask('/conversations');
export const messagesOf = (conversation, before) => ask(pathOf(conversation) + (before ? `?before=${before}` : ''));
export const sendText = ({ customer, number }, text) => ask('/texts', 'POST', { from: dialled(customer), to: dialled(number), text });
export const retryText = id => ask(`/texts/${encodeURIComponent(id)}/retry`, 'POST');
export const setBehaviour = behaviour => ask('/behaviour', 'PUT', behaviour);
export const resetBehaviour = () => ask('/behaviour', 'DELETE');

const again = 1_500;

/** Listens for good: connects again by itself, and says when it is connected and when it is not. */
export function listen(heard) {
  const source = new EventSource('/sim/live');
  source.addEventListener('open', () => heard.connected());
  for (const kind of ['setup', 'behaviour', 'text', 'forgotten'])
    source.addEventListener(kind, event => heard[kind](JSON.parse(event.data)));
  source.addEventListener('error', () => {
    heard.away();
    // A browser gives up on some errors, and waits long after others.
    source.close();
    setTimeout(() => listen(heard), again);
  });
}
