import { secondsBetween } from '../incident.ts';
import type { Rule } from '../rules.ts';
import { countOf } from '../text.ts';

/** What is known when somebody says that the writes of an old primary are accounted for. */
export interface AccountFacts {
  /** Which databases were compared. */
  readonly databases: readonly string[];
  /** The databases that the plan of the failover names, one an instance; none if it names none. */
  readonly planned: readonly string[];
  /** How many databases the plan of the failover has, with or without a name that is known. */
  readonly expected: number;
  /** When both sides were compared. */
  readonly comparedAt: string;
  readonly promotedAt: string;
  /** Fences of which nobody knows that they were ever complete. */
  readonly unreached: readonly string[];
  /** Why somebody says that the old primary is fenced all the same; undefined if nobody does. */
  readonly fencedByHand: string | undefined;
  /** When the last fence was complete; undefined if there is none, or one never was. */
  readonly fencedAt: string | undefined;
}

const isOlder = (comparedAt: string, at: string | undefined): boolean =>
  at !== undefined && secondsBetween(at, comparedAt) < 0;

/** What is planned and was not compared; two instances may hold databases of one name. */
function missingIn({ databases, planned }: AccountFacts): string[] {
  const found = [...databases];
  return planned.filter((each) => {
    const at = found.indexOf(each);
    if (at >= 0) found.splice(at, 1);
    return at < 0;
  });
}

/** Whether a report accounts for what the last failover left behind. */
export const accountRules: readonly Rule<AccountFacts, 'close' | 'refuse'>[] = [
  {
    id: 'other-database',
    when: ({ databases, planned }) =>
      planned.length > 0 && databases.some((each) => !planned.includes(each)),
    then: 'refuse',
    why: 'The report is of a database that the plan of the failover does not name.',
    detail: ({ databases, planned }) =>
      `Found ${databases.join(', ')}; expected ${planned.join(' or ')}.`,
  },
  {
    id: 'database-missing',
    when: (facts) => missingIn(facts).length > 0,
    then: 'refuse',
    why: 'Not every database of the failover was compared: give the report of each.',
    detail: (facts) => `Missing: ${missingIn(facts).join(', ')}.`,
  },
  {
    id: 'too-few-databases',
    when: ({ databases, expected }) => databases.length < expected,
    then: 'refuse',
    why: 'Not every database of the failover was compared: give the report of each.',
    detail: ({ databases, expected }) =>
      `Found ${countOf(databases.length, 'report')}; the plan of the failover has ${expected} databases.`,
  },
  {
    id: 'not-fenced',
    when: ({ unreached, fencedByHand }) => unreached.length > 0 && fencedByHand === undefined,
    then: 'refuse',
    why: 'The old primary is not known to be fenced: it may have taken writes since the comparison.',
    detail: ({ unreached }) =>
      `It is not fenced by ${unreached.join(', ')}. Fence it, and compare again. Where that was ` +
      'done by hand, say so: --fenced-by-hand "how, and since when".',
  },
  {
    id: 'fenced-anyway',
    when: ({ unreached, fencedByHand }) => unreached.length === 0 && fencedByHand !== undefined,
    then: 'refuse',
    why: 'Each fence was up: nobody has to vouch for it. Leave --fenced-by-hand out.',
  },
  {
    id: 'before-the-promotion',
    when: ({ comparedAt, promotedAt }) => isOlder(comparedAt, promotedAt),
    then: 'refuse',
    why: 'The report is older than the promotion: compare again.',
    detail: ({ comparedAt, promotedAt }) => `Found ${comparedAt}; expected after ${promotedAt}.`,
  },
  {
    id: 'before-the-fence',
    when: ({ comparedAt, fencedAt }) => isOlder(comparedAt, fencedAt),
    then: 'refuse',
    why: 'The report is older than the fence, and the old primary may have taken writes: compare again.',
    detail: ({ comparedAt, fencedAt }) => `Found ${comparedAt}; expected after ${fencedAt ?? ''}.`,
  },
  {
    id: 'attested',
    when: ({ fencedByHand }) => fencedByHand !== undefined,
    then: 'close',
    why: 'Somebody vouches for it that the old primary has taken no write since the comparison.',
    detail: ({ fencedByHand }) => fencedByHand ?? '',
  },
  {
    id: 'fenced',
    when: () => true,
    then: 'close',
    why: 'Both sides were compared after the old primary was fenced.',
  },
];
