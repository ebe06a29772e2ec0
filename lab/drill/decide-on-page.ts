import { parse } from 'node-html-parser';

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
  link: string,
  decision: 'approved' | 'rejected',
  reason: string,
): Promise<PageAnswer> {
  const page = await fetch(link, { headers: { 'user-agent': 'drill' } });
  const form = parse(await page.text())
    .querySelectorAll('form')
    .find((each) => each.querySelector(`button[value="${decision}"]`) !== null);
  if (form === undefined)
    throw new Error(`The page has no form to answer ${decision} (${page.status}).`);
  const fields = new URLSearchParams({ decision, reason });
  for (const input of form.querySelectorAll('input')) {
    fields.set(input.getAttribute('name') ?? '', input.getAttribute('value') ?? 'on');
  }
  const action = new URL(form.getAttribute('action') ?? '', page.url);
  if (action.search === '') action.search = new URL(page.url).search;
  const answer = await fetch(action, {
    method: 'POST',
    body: fields,
    headers: { 'user-agent': 'drill', 'sec-fetch-site': 'same-origin' },
  });
  const title = parse(await answer.text()).querySelector('title')?.text ?? '';
  return { status: answer.status, title };
}
