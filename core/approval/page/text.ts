import { html } from 'hono/html';
import { secondsBetween } from '../../incident.ts';
import { countOf, cut, plainText } from '../../text.ts';

/** A piece of HTML in which everything that was put in is escaped. */
export type Markup = ReturnType<typeof html>;

const MOST_CHARACTERS = 4000;

/**
 * Text from outside, as it may be shown: what cannot be seen is taken out, endless text is cut, and
 * its direction stays its own. Markup in it is escaped by the template.
 */
export function says(text: string): Markup {
  return html`<bdi>${cut(plainText(text), MOST_CHARACTERS).split(whole).map(part)}</bdi>`;
}

/** Names of Regions and figures with their unit: broken over two lines they are misread. */
const whole = /\b([a-z]{2}(?:-[a-z]{1,10}){1,2}-\d|\d{1,6}(?:[.,]\d{1,3})? (?:s|ms|min))\b/;

/** Every second piece is what the pattern found. */
function part(text: string, index: number): Markup {
  return index % 2 === 0 ? html`${text}` : html`<span class="whole">${text}</span>`;
}

const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

/** An instant for people: in UTC, with the day only if that is not today. */
export function instant(at: string, now: string): Markup {
  const date = new Date(at);
  const isToday = day.format(date) === day.format(new Date(now));
  const words = `${clock.format(date)} UTC${isToday ? '' : `, ${day.format(date)}`}`;
  return html`<time datetime="${at}">${words}</time>`;
}

/** An instant for people, in full. */
export function fullInstant(at: string): Markup {
  const date = new Date(at);
  return html`<time datetime="${at}">${day.format(date)}, ${clock.format(date)} UTC</time>`;
}

/** How long there is, in words; never more than there is. */
export function timeLeft(now: string, until: string): string {
  const minutes = Math.floor(secondsBetween(now, until) / 60);
  if (minutes < 1) return 'less than a minute';
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [
    ...(hours > 0 ? [countOf(hours, 'hour')] : []),
    ...(rest > 0 ? [countOf(rest, 'minute')] : []),
  ];
  return parts.join(' ');
}

/** `Ada`, `Ada and Bo`, `Ada, Bo and Cy`, each shown as text. */
export function names(list: readonly string[]): Markup {
  return html`${list.map((name, index) => {
    const before = index === 0 ? '' : index === list.length - 1 ? ' and ' : ', ';
    return html`${before}${says(name)}`;
  })}`;
}
