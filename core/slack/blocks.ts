import type {
  KnownBlock,
  PlainTextElement,
  RichTextBlock,
  RichTextElement,
  RichTextSection,
} from '@slack/types';
import type { ShownRequest } from '../approval/request.ts';
import { cut, oneLine, plainText } from '../text.ts';

const LONGEST_HEADER = 150;
const MOST_BLOCKS = 50;
/** Slack refuses about 13,200 characters of blocks (`msg_blocks_too_long`). */
const LONGEST_MESSAGE = 12_000;

/** How many lines a list has: few where even short lines do not fit. */
export function mostLines(longest: number): number {
  return longest < 100 ? 4 : 12;
}

/** Text as it is: no links, no mentions, no emoji. Never empty, which Slack would refuse. */
export function plain(text: string, longest: number): PlainTextElement {
  return { type: 'plain_text', text: shown(text, longest), emoji: false };
}

function shown(text: string, longest: number): string {
  const clean = plainText(text);
  return clean.trim() === '' ? '-' : cut(clean, longest);
}

/** The title of a message. */
export function header(text: string): KnownBlock {
  return { type: 'header', text: plain(oneLine(text, LONGEST_HEADER), LONGEST_HEADER) };
}

/** Small print. */
export function context(text: string): KnownBlock {
  return { type: 'context', elements: [plain(text, 300)] };
}

/** Words as they are; `rich_text` gives no meaning to any character of them. */
export function words(text: string, longest: number, bold = false): RichTextElement {
  const element = { type: 'text', text: shown(text, longest) } as const;
  return bold ? { ...element, style: { bold } } : element;
}

/** An instant in the reader's own time zone. */
export function instant(at: string): RichTextElement {
  const timestamp = Math.floor(Date.parse(at) / 1000);
  return { type: 'date', timestamp, format: '{date_short_pretty} {time}', fallback: at };
}

/** One line of rich text. */
export function line(...elements: RichTextElement[]): RichTextSection {
  return { type: 'rich_text_section', elements };
}

/** Rich text of these lines alone. */
export function rich(...elements: RichTextBlock['elements']): RichTextBlock {
  return { type: 'rich_text', elements };
}

/** A bold title, and one line or a list of them. */
export function titled(title: string, lines: readonly string[], longest: number): RichTextBlock {
  const kept = lines.slice(0, mostLines(longest));
  const more = lines.length - kept.length;
  const items = more > 0 ? [...kept, `and ${more} more`] : kept;
  const sections = items.map((each) => line(words(each, longest)));
  return rich(line(words(title, 100, true)), {
    type: 'rich_text_list',
    style: 'bullet',
    elements: sections.length === 0 ? [line(words('-', 1))] : sections,
  });
}

/** Mentions, which ring: for those of the approvers whom Slack knows. */
export function mentions({ approvers }: Pick<ShownRequest, 'approvers'>): RichTextElement[] {
  return approvers.flatMap(({ slack }): RichTextElement[] =>
    slack === undefined
      ? []
      : [
          { type: 'user', user_id: slack },
          { type: 'text', text: ' ' },
        ],
  );
}

/**
 * The blocks, with texts as long as Slack takes together. Whatever comes in, a message goes out.
 * @param render given the longest text of one line
 */
export function fitted(render: (longest: number) => readonly KnownBlock[]): KnownBlock[] {
  for (const longest of [1000, 300, 100]) {
    const blocks = render(longest).slice(0, MOST_BLOCKS);
    if (JSON.stringify(blocks).length <= LONGEST_MESSAGE) return blocks;
  }
  return render(40).slice(0, MOST_BLOCKS);
}
