import { parse } from 'node-html-parser';
import type { Visit } from '../front-door/visit.ts';

/** What came of a form that was sent: the page that answered, as somebody reads it. */
export interface PageAnswer {
  readonly status: number;
  readonly title: string;
}

/**
 * Does what a person does: opens the link, ticks the box that the form wants ticked, presses the
 * button, and reads the page that comes back.
 * @throws Error if the page has no form for this decision
 */
export async function decideOnPage(
  visit: Visit,
  link: string,
  decision: 'approved' | 'rejected',
  reason: string,
): Promise<PageAnswer> {
  const press = await openForm(visit, link, decision, reason);
  return await press();
}

/** A form that is filled in on an open page: presses the button. */
export type OpenForm = () => Promise<PageAnswer>;

/**
 * Opens the link and fills in the form, which may stay open for as long as somebody thinks.
 * @throws Error if the page has no form for this decision
 */
export async function openForm(
  visit: Visit,
  link: string,
  decision: 'approved' | 'rejected',
  reason: string,
): Promise<OpenForm> {
  const page = await visit(link, { method: 'GET', headers: { 'user-agent': 'drill' } });
  const form = parse(page.text)
    .querySelectorAll('form')
    .find((each) => each.querySelector(`button[value="${decision}"]`) !== null);
  if (form === undefined) {
    throw new Error(`The page has no form to answer ${decision} (${page.status}).`);
  }
  const fields = new URLSearchParams({ decision, reason });
  for (const input of form.querySelectorAll('input')) {
    fields.set(input.getAttribute('name') ?? '', input.getAttribute('value') ?? 'on');
  }
  const address = new URL(form.getAttribute('action') ?? page.url, page.url).href;
  return async () => {
    const answer = await visit(address, {
      method: 'POST',
      body: fields.toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'drill',
        'sec-fetch-site': 'same-origin',
      },
    });
    const title = parse(answer.text).querySelector('title')?.text ?? '';
    return { status: answer.status, title };
  };
}
