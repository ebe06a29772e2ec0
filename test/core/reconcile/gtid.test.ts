import { describe, expect, it } from '@jest/globals';
import { apartByMariadb, apartByMysql, createExpected } from '../../../core/reconcile/gtid.ts';
import type { Apart } from '../../../core/reconcile/gtid.ts';
import { movementRules } from '../../../core/reconcile/movement.ts';
import { decide } from '../../../core/rules.ts';

const NOTHING = { areKin: true, resumeAfter: '', lost: new Map(), hasGaps: false };
const [a, b] = ['3e11fa47-71ca-11e1-9e33-c80aa9429562', '2174b383-5441-11e8-b90a-c80aa9429562'];

describe('the GTIDs of two servers', () => {
  it.each([
    ['', `${a}:1`],
    [`${a}:1`, ''],
  ])('say nothing if MySQL keeps none: %j and %j', (old, writer) => {
    expect(apartByMysql(old, writer)).toBeUndefined();
  });

  it.each<[old: string, writer: string, there: string[], here: string[]]>([
    [`${a}:1-5`, `${a}:1-5`, [], []],
    [`${a}:1-9`, `${a}:1-5`, [`${a}:6-9`], []],
    [`${a}:1-5`, `${a}:1-5,\n${b}:1`, [], [`${b}:1`]],
    [`${a}:1-9`, `${a}:1-5, ${b}:1-2`, [`${a}:6-9`], [`${b}:1-2`]],
    [`${a}:1-3:7:9-12`, `${a}:1-10`, [`${a}:11-12`], [`${a}:4-6:8`]],
    [`${a.toUpperCase()}:1-5`, `${a}:1-5`, [], []],
    [`${a}:1-5:nightly:1-3`, `${a}:1-5:nightly:1-2`, [`${a}:nightly:3`], []],
    [`${a}:1-5:nightly:1-3,${b}:1`, `${a}:1-5,${b}:1`, [`${a}:nightly:1-3`], []],
    [`${a}:18446744073709551614`, `${a}:1-9`, [`${a}:18446744073709551614`], [`${a}:1-9`]],
  ])('of MySQL are subtracted: %j and %j', (old, writer, there, here) => {
    expect(apartByMysql(old, writer)).toMatchObject({ old: there, writer: here });
  });

  it('of MySQL prove that two servers are of one origin, or do not', () => {
    expect(apartByMysql(`${a}:1-5`, `${a}:5-6,${b}:1`)?.areKin).toBe(true);
    expect(apartByMysql(`${a}:1-5`, `${b}:1-5`)?.areKin).toBe(false);
  });

  it.each([
    ['', '0-1-5'],
    ['0-1-5', ''],
    ['0-1-5', '0-2-5'],
  ])('say nothing if MariaDB knows of nothing in common: %j and %j', (old, writer) => {
    expect(apartByMariadb(old, writer)).toBeUndefined();
  });

  it.each<[old: string, writer: string, there: string[], here: string[]]>([
    ['0-1-100', '0-1-100', [], []],
    ['0-1-105', '0-1-100', ['0-1-101 to 0-1-105'], []],
    ['0-1-101', '0-1-100', ['0-1-101'], []],
    ['0-1-100', '0-1-100,0-2-107', [], ['0-2-101 to 0-2-107']],
    ['0-1-105', '0-2-107,0-1-100', ['0-1-101 to 0-1-105'], ['0-2-101 to 0-2-107']],
    // The replica logs nothing of what it replicates: the last is in gtid_slave_pos.
    ['0-1-105,', '0-2-107,0-1-100', ['0-1-101 to 0-1-105'], ['0-2-101 to 0-2-107']],
    // A primary of long ago, which the writer's log does not reach back to.
    ['0-3-50,0-1-105', '0-1-100,0-2-107', ['0-1-101 to 0-1-105'], ['0-2-101 to 0-2-107']],
    // One domain is the same; of another the writer knows nothing at all.
    ['0-1-9,7-1-3', '0-1-9', ['7-1-1 to 7-1-3'], []],
    ['0-1-9', '0-1-9,7-2-3', [], ['7-2-1 to 7-2-3']],
    ['0-1-9,0-1-7', '0-1-8', ['0-1-9'], []],
  ])('of MariaDB are what lies behind the fork: %j and %j', (old, writer, there, here) => {
    expect(apartByMariadb(old, writer)).toMatchObject({ old: there, writer: here, areKin: false });
  });
});

/** Takes each in turn; whether it is a lost one, and whether that was the last. */
function takes(apart: Apart | undefined, gtids: readonly string[]): string[] {
  if (apart === undefined) return [];
  const expected = createExpected(apart);
  return gtids.map((gtid) => `${expected.take(gtid)} ${expected.isComplete()}`);
}

describe('the lost transactions in a log', () => {
  it('are all seen once each of MySQL was, in any order', () => {
    const apart = apartByMysql(`${a}:1-9,${b}:1`, `${a}:1-7,${b}:1`);
    expect(apart?.resumeAfter).toBe(`${a}:1-7,${b}:1`);
    const seen = takes(apart, [`${a}:7`, `${a}:9`, `${b}:1`, `${a.toUpperCase()}:8`]);
    expect(seen).toEqual(['false false', 'true false', 'false false', 'true true']);
  });

  it('are all seen once the last of MariaDB was, domain by domain', () => {
    const apart = apartByMariadb('0-1-9,7-1-3', '0-1-7,0-2-8');
    expect(apart?.resumeAfter).toBe('0-1-7');
    const seen = takes(apart, ['0-1-7', '0-1-8', '7-1-3', '0-1-9']);
    expect(seen).toEqual(['false false', 'true false', 'true false', 'true true']);
  });

  it('begin after the fork, whoever was the primary then', () => {
    expect(apartByMariadb('0-3-50,0-1-105', '0-3-50,0-1-100')?.resumeAfter).toBe('0-1-100');
    expect(apartByMariadb('0-3-101,0-1-100', '0-3-99,0-1-100')?.resumeAfter).toBe('0-1-100');
  });
});

describe('which side went on', () => {
  const known = (old: string[], writer: string[]) =>
    ({ known: true, apart: { ...NOTHING, old, writer } }) as const;

  it('is not known without positions, and the reason is told', () => {
    const { outcome, why } = decide(movementRules, { known: false, reason: 'No GTIDs.' });
    expect(outcome).toBe('unknown');
    expect(why).toMatch(/is not known\. No GTIDs\.$/);
  });

  it.each([
    [[], [], 'neither', 'past the binary log'],
    [['a:1'], [], 'old', 'never got what the old primary committed as a:1.'],
    [[], ['b:1'], 'writer', 'has every transaction'],
    [['a:1'], ['b:1'], 'both', 'never got what the old primary committed as a:1.'],
  ])('is told by %j and %j', (old, writer, expected, words) => {
    const { outcome, why } = decide(movementRules, known(old, writer));
    expect(outcome).toBe(expected);
    expect(why).toContain(words);
  });

  it('names no more transactions than somebody reads', () => {
    const many = Array.from({ length: 12 }, (_, at) => `a:${at}`);
    expect(decide(movementRules, known(many, [])).why).toMatch(/a:9 and 2 more\.$/);
  });
});
