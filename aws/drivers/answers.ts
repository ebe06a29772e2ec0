import * as z from 'zod';
import { NetworkError } from '../../core/network.ts';
import type { DriverContext } from './driver.ts';

/** What the DNS told; null if it could not be asked, which is normal during an outage. */
export const Answers = z.array(z.string()).nullable();
export type Answers = z.infer<typeof Answers>;

/** The public name that a traffic driver switches. */
interface Question {
  readonly name: string;
  readonly recordType: 'A' | 'AAAA' | 'CNAME';
}

/** Asks the DNS as a client would. A name that does not resolve is null, not an empty answer. */
export async function readAnswers(question: Question, context: DriverContext): Promise<Answers> {
  try {
    const { network } = context.runtime;
    const answers = await network.resolve(question.name, question.recordType);
    return answers.map(normalizeName).toSorted();
  } catch (error) {
    if (error instanceof NetworkError) return null;
    throw error;
  }
}

/** Lower case without the final dot, IPv6 in its short form, so that answers can be compared. */
export function normalizeName(name: string): string {
  if (name.includes(':') && URL.canParse(`http://[${name}]/`))
    return new URL(`http://[${name}]/`).hostname.slice(1, -1);
  return name.toLowerCase().replace(/\.$/, '');
}

/** What is known about the traffic before the switch. */
export interface Before {
  readonly answers: Answers;
  /** The traffic was at the standby already. */
  readonly atStandby: boolean;
}

/**
 * Whether the answers have moved. The addresses of a load balancer change by themselves, so that
 * this is necessary and not sufficient: callers also look at what they have changed.
 */
export function judgeAnswers(before: Before, now: Answers): { settled: boolean; why: string } {
  if (now === null) return { settled: false, why: 'The name does not resolve.' };
  if (now.length === 0) return { settled: false, why: 'The DNS gives an empty answer.' };
  const shown = now.join(', ');
  if (before.atStandby)
    return { settled: true, why: `The traffic was at the standby already; the DNS says ${shown}.` };
  if (before.answers === null)
    return {
      settled: true,
      why: `The DNS says ${shown}; what it said before the switch is not known.`,
    };
  const old = before.answers;
  const left = now.filter((answer) => old.includes(answer));
  return left.length === 0
    ? { settled: true, why: `The DNS says ${shown} and nothing of what it said before.` }
    : { settled: false, why: `The DNS still says ${left.join(', ')}, as before the switch.` };
}
