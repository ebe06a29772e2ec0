import { html } from 'hono/html';
import { document } from './layout.ts';
import { says } from './text.ts';

/** A page that shows nothing of any incident. */
export interface PlainPage {
  readonly title: string;
  /** A sentence each, plain text. */
  readonly lines: readonly string[];
  /** Where the visitor goes on, for example back to the question; undefined if nowhere. */
  readonly onward?: { readonly path: string; readonly words: string };
}

/** A page that says what is wrong and what to do, to people whom nothing else may be shown. */
export async function plainPage({ title, lines, onward }: PlainPage): Promise<string> {
  return await document({
    title,
    tone: 'quiet',
    body: html`<main>
      <section class="state" aria-labelledby="state">
        <h1 id="state">${title}</h1>
        ${lines.map((line) => html`<p>${says(line)}</p>`)}
        ${onward === undefined ? '' : html`<p><a href="${onward.path}">${onward.words}</a></p>`}
      </section>
    </main>`,
  });
}
