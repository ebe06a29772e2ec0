import { expect } from '@jest/globals';
import { Blocks, LONGEST_BLOCKS } from '../../../lab/world/slack-limits.ts';
import type { Block } from '../../../lab/world/slack-limits.ts';

/** The blocks as Slack's limits let them pass. */
export function passed(blocks: unknown): Block[] {
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(LONGEST_BLOCKS);
  return Blocks.parse(blocks);
}
