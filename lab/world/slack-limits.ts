import * as z from 'zod';

const plain = (longest: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(longest),
    emoji: z.boolean().optional(),
  });
const Style = z.strictObject({ bold: z.boolean() }).optional();
const RichElement = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style: Style }),
  z.strictObject({ type: z.literal('user'), user_id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/) }),
  z.strictObject({ type: z.literal('link'), url: z.url().max(3000), text: z.string().optional() }),
  z.strictObject({
    type: z.literal('date'),
    timestamp: z.int(),
    format: z.string(),
    fallback: z.string().optional(),
  }),
]);
const RichSection = z.strictObject({
  type: z.literal('rich_text_section'),
  elements: z.array(RichElement).min(1),
});
const RichList = z.strictObject({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  elements: z.array(RichSection).min(1),
});
const Confirm = z.strictObject({
  title: plain(100),
  text: plain(300),
  confirm: plain(30),
  deny: plain(30),
  style: z.enum(['primary', 'danger']).optional(),
});
const Button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: plain(75),
  value: z.string().max(2000),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: Confirm.optional(),
});
const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plain(150) }),
  z.strictObject({ type: z.literal('section'), text: plain(3000) }),
  z.strictObject({ type: z.literal('context'), elements: z.array(plain(3000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), elements: z.array(Button).min(1).max(25) }),
  z.strictObject({
    type: z.literal('rich_text'),
    elements: z.array(z.discriminatedUnion('type', [RichSection, RichList])).min(1),
  }),
]);
export type Block = z.infer<typeof Block>;

const MOST_BLOCKS = 50;
/** The blocks that we use, with Slack's limits; what Slack would refuse is refused. */
export const Blocks = z
  .array(Block)
  .min(1)
  .max(MOST_BLOCKS)
  .refine(hasUniqueActions, { error: 'action_ids of one block must differ' });

const Many = z.array(z.unknown()).min(1).max(MOST_BLOCKS);
const known = new Map<string, Block>();
const MOST_KNOWN = 2000;

/**
 * What `Blocks` makes of a value; undefined where it refuses it. Most blocks of a message that is
 * updated are those of the message before: each is looked at once.
 */
export function readBlocks(given: unknown): readonly Block[] | undefined {
  const many = Many.safeParse(given);
  if (!many.success) return undefined;
  const blocks: Block[] = [];
  for (const each of many.data) {
    const text = JSON.stringify(each);
    const block = known.get(text) ?? Block.safeParse(each).data;
    if (block === undefined) return undefined;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, block);
    blocks.push(block);
  }
  return hasUniqueActions(blocks) ? blocks : undefined;
}

/** Slack refuses about so many characters of blocks, although it documents no limit. */
export const LONGEST_BLOCKS = 13_200;

function hasUniqueActions(blocks: readonly Block[]): boolean {
  return blocks.every((block) => {
    if (block.type !== 'actions') return true;
    const ids = block.elements.map(({ action_id }) => action_id);
    return new Set(ids).size === ids.length;
  });
}

/** The buttons of a message. */
export function buttonsOf(blocks: readonly Block[]): z.infer<typeof Button>[] {
  return blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
}

/** What the blocks say, a line for each. */
export function linesOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => {
    switch (block.type) {
      case 'header':
      case 'section':
        return [block.text.text];
      case 'context':
        return block.elements.map(({ text }) => text);
      case 'actions':
        return [block.elements.map(({ text }) => `[${text.text}]`).join(' ')];
      case 'rich_text':
        return block.elements.flatMap((part) =>
          part.type === 'rich_text_section'
            ? [richLine(part)]
            : part.elements.map((item) => `- ${richLine(item)}`),
        );
    }
  });
}

function richLine({ elements }: z.infer<typeof RichSection>): string {
  return elements
    .map((each) => {
      if (each.type === 'text') return each.text;
      if (each.type === 'user') return `@${each.user_id}`;
      return each.type === 'link' ? (each.text ?? each.url) : (each.fallback ?? '');
    })
    .join('');
}
