import { protocolLines } from '../lab/simulation/protocol/report.ts';
import { searchProtocol } from '../lab/simulation/protocol/search.ts';
import type { Io } from './io.ts';
import { asJson } from './safe-text.ts';

/**
 * `failover simulate --protocol`: every state of the model of lock, fence and promotion.
 * @returns 0 if what is in the product is safe, and every deliberate bug was found
 */
export function protocolCommand(json: boolean, io: Io): number {
  const report = searchProtocol();
  io.out(json ? asJson(report) : protocolLines(report).join('\n'));
  const isSafe = report.variants.every(({ variant, isSafe: holds }) => holds || !variant.inProduct);
  const isFound = report.broken.every(({ counterexample }) => counterexample !== undefined);
  return isSafe && isFound ? 0 : 1;
}
