import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anySequence, commands, createSimulatedPair, ending } from './database-commands.ts';
import type { Command, Pair } from './database-commands.ts';
import { describeOnPostgres } from './postgres-present.ts';
import { inSession, insert } from './postgres-sessions.ts';
import { makePairTemplate } from './postgres-template.ts';
import type { PairTemplate } from './postgres-template.ts';

/** The same sequences every time; others by hand, as many as one has time for. */
const seed = Number(process.env['DATABASE_SEED'] ?? 4);
const sequences = Number(process.env['DATABASE_SEQUENCES'] ?? 24);
/** A sequence takes 1 second, or 3 without files in memory; shrinking ends here, too. */
const longestMilliseconds = 60_000 + sequences * 6_000;
const timeout = longestMilliseconds + 30_000;
const longestSequence = 16;

/** Sequences that must be among them: each was once, or easily is, thought out wrongly. */
const examples: [Command[]][] = [
  // A write that did not cross is on the old primary only, and stays there.
  [['write primary', 'cut link', 'write primary', 'promote standby', 'write standby', 'heal link']],
  // The new writer and the old primary come back as what they were.
  [['promote standby', 'restart standby', 'restart primary', 'write primary', 'write standby']],
  // What is down can be told nothing.
  [['stop standby', 'promote standby', 'fence standby', 'start standby', 'promote standby']],
  [['stop primary', 'write primary', 'fence primary', 'unfence primary', 'start primary']],
  // A fence outlives a restart, and a promotion.
  [['fence primary', 'restart primary', 'write primary', 'unfence primary', 'write primary']],
  [['fence standby', 'restart standby', 'promote standby', 'write standby', 'unfence standby']],
  // What was missed while the standby was down, or the link, crosses later, unless somebody dies.
  [['stop standby', 'write primary', 'start standby', 'restart standby', 'write primary']],
  [['cut link', 'write primary', 'stop primary', 'heal link', 'promote standby', 'start primary']],
];

/** What came of commands: a test in which a fence never refused a write has not tested it. */
const outcomes = new Set<string>();
const mustHappen = [
  ...['fence primary: true', 'fence primary: false', 'fence standby: true', 'fence standby: false'],
  ...['unfence primary: true', 'unfence primary: false'],
  ...['unfence standby: true', 'unfence standby: false'],
  ...['promote standby: true', 'promote standby: false'],
  ...['write primary: committed', 'write primary: read only', 'write primary: stopped'],
  ...['write standby: committed', 'write standby: read only', 'write standby: stopped'],
  ...['write standby: in recovery', 'the standby lacks writes'],
];

describeOnPostgres('the simulated databases and real PostgreSQL', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  });
  afterAll(() => template.close());

  const compare = async (sequence: readonly Command[]): Promise<void> => {
    const real = await template.open();
    try {
      await compareStepByStep(real, createSimulatedPair(), sequence);
    } finally {
      await real.close();
    }
  };

  it(
    'agree on roles, on refusals and on which writes survive',
    async () => {
      const property = fc.asyncProperty(anySequence(longestSequence), compare);
      await fc.assert(property, {
        ...{ seed, examples, numRuns: examples.length + sequences },
        ...{ interruptAfterTimeLimit: longestMilliseconds, markInterruptAsFailure: true },
      });
      expect([...outcomes]).toStrictEqual(expect.arrayContaining(mustHappen));
    },
    timeout,
  );

  it('mean by a fence a default: who is in a transaction, or insists, writes on', async () => {
    const real = await template.open();
    const primary = real.server('primary');
    await inSession(primary, async (early) => {
      await early.query('BEGIN');
      await early.query('INSERT INTO writes VALUES (1)');
      await real.setReadOnly('primary', true);
      expect(await insert(primary, 2)).toBe('read only');
      await early.query('INSERT INTO writes VALUES (3)');
      await early.query('COMMIT');
      await expect(early.query('INSERT INTO writes VALUES (4)')).rejects.toThrow(/read-only/);
      await early.query('BEGIN READ WRITE');
      await early.query('INSERT INTO writes VALUES (5)');
      await early.query('COMMIT');
    });
    expect((await real.look()).standby.writes).toStrictEqual([1, 3, 5]);
    await real.close();
  });
});

/** Does the same to both, and compares what came of it and what can be seen after it. */
async function compareStepByStep(
  real: Pair,
  simulated: Pair,
  sequence: readonly Command[],
): Promise<void> {
  for (const [index, command] of [...sequence, ...ending].entries()) {
    const step = `${index + 1}: ${command}`;
    const act = commands[command];
    const outcome = await act(real, index + 1);
    outcomes.add(`${command}: ${String(outcome)}`);
    const seen = await real.look();
    const expected = await act(simulated, index + 1);
    expect({ step, outcome, ...seen }).toStrictEqual({
      ...{ step, outcome: expected },
      ...(await simulated.look()),
    });
    if ((seen.missing?.length ?? 0) > 0) outcomes.add('the standby lacks writes');
  }
}
