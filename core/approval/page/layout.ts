import { html, raw } from 'hono/html';
import { styleElement } from './style.ts';
import type { Markup } from './text.ts';

/** What every page has. */
export interface Page {
  /** Says the state; plain text. */
  readonly title: string;
  /** Colours the page: `ask` wants something, `good` and `bad` are endings, `quiet` is neither. */
  readonly tone: 'ask' | 'good' | 'bad' | 'quiet';
  readonly body: Markup;
  /** Where a keyboard may jump to; undefined if there is nothing to decide. */
  readonly skipTo?: string;
}

/** A whole document. Nothing in it is loaded from anywhere, and nothing in it runs. */
export async function document({ title, tone, body, skipTo }: Page): Promise<string> {
  // The style is ours, constant, and allowed by its hash: the only thing that is not escaped.
  const markup = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${raw(styleElement)}
      </head>
      <body class="${tone}">
        ${skipTo === undefined ? '' : html`<a class="skip" href="#${skipTo}">Skip to the decision</a>`}
        ${body}
      </body>
    </html>`;
  return (await markup).toString();
}
