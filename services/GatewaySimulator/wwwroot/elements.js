// Making elements, and writing numbers and times.

/** An element with properties and children; text is always text, never markup. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties))
    if (key in element) element[key] = value;
    else if (value !== undefined && value !== null) element.setAttribute(key, value);
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** One of the page's icons. */
export function icon(name, label) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  if (label) {
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
  } else {
    svg.setAttribute('aria-hidden', 'true');
  }
  return svg;
}

/** A number with its plus; a name stays as it is. */
export const shownNumber = number => /^\d{5,}$/.test(number) ? `+${number}` : number;

/** The colour a customer is told apart by, and the end of the number. */
export function dressFace(face, customer) {
  const hue = [...customer].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 997, 7) % 6;
  face.className = `face hue-${hue}`;
  face.textContent = /^\d{5,}$/.test(customer) ? customer.slice(-2) : customer.slice(0, 2);
  return face;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const sameYear = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const otherYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const brief = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

export const timeOfDay = at => clock.format(at);

/** The day a time belongs to where the viewer is, as something to compare. */
export const dayOf = at => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

export function dayName(at, now = new Date()) {
  const days = Math.round((dayOf(now) - dayOf(at)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (at.getFullYear() === now.getFullYear() ? sameYear : otherYear).format(at);
}

export const briefTime = at => dayOf(at) === dayOf(new Date()) ? timeOfDay(at) : brief.format(at);

/** The exact time, for whoever compares it with a log. */
export const exactTime = at => at.toISOString().replace('T', ' ').replace('Z', ' UTC');
