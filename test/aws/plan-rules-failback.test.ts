import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkPlan, formatProblems } from '../../aws/plan-file.ts';
import { checkRules } from '../../aws/plan-rules.ts';

const file = join(import.meta.dirname, '..', 'fixtures', 'plans', 'sound-both-ways.yaml');
const sound = await readFile(file, 'utf8');
const [there = '', back = ''] = sound.split('failback:');

/** The lines of a plan whose way back was changed. */
const linesOf = (text: string): string[] => {
  const checked = checkPlan(text, 'plan.yaml');
  return checked.ok ? [] : formatProblems(checked.problems, 'plan.yaml');
};
const changed = (from: string, to: string): string[] => {
  if (!back.includes(from)) throw new Error(`The way back has no ${from}.`);
  return linesOf(`${there}failback:${back.replace(from, to)}`);
};
/** The number of the first line of the way back that holds these words. */
const lineOf = (words: string): number =>
  there.split('\n').length + back.split('\n').findIndex((line) => line.includes(words));

describe('a mistake in the way back', () => {
  it.each<[string, string, string, string]>([
    ['an alarm that dies with its Region', 'eu-west-1', 'eu-central-1', 'detection.alarms[0]'],
    ['an unknown database', 'database: orders', 'database: o', 'detection.probes[1].database'],
    [
      'a fence by the public name',
      'standby.example.com/write',
      'shop.example.com/write',
      'fencing[0].proof.url',
    ],
    [
      'a fence that asks the other side',
      'standby.example.com/write',
      'primary.example.com/write',
      'fencing[0].proof.url',
    ],
    [
      'a check of the public name',
      'primary.example.com/health',
      'shop.example.com/health',
      'verification.standby[0].url',
    ],
    [
      'a write by the public name',
      'primary.example.com/write',
      'shop.example.com/write',
      'databases[0].writeCheck.url',
    ],
  ])('is found where it was written: %s', (_, from, to, path) => {
    const lines = changed(from, to);
    const at = new RegExp(`^plan.yaml:${lineOf(from)}:\\d+ failback\\.`);
    expect(lines[0]).toMatch(at);
    expect(lines[0]).toContain(` failback.${path}: found`);
  });

  it('is one of the form, too', () => {
    expect(changed('tasks: 2', 'tasks: 0')[0]).toContain('failback.compute[0].tasks');
    expect(changed('id: web-back', 'id: Web')[0]).toContain('failback.compute[0].id');
    expect(changed('  verification:', '  verifikation:').join()).toContain('failback.verification');
  });

  it('is a fence without a proof: every switchover home would unwind', () => {
    const proof = '      proof:\n        url: https://standby.example.com/write\n';
    const place = `plan.yaml:${lineOf('fencing:')}:3 failback.fencing`;
    expect(changed(proof, '')).toEqual([
      expect.stringContaining(`${place}: found no fence with a proof; expected one with a proof`),
    ]);
  });

  it('is a database that is named twice, or none of the plan', () => {
    const twice = back.replace(/( {4}- id: orders\n(?: {6}.*\n)+)/, '$1$1');
    expect(linesOf(`${there}failback:${twice}`).join()).toContain('found orders, orders; expected');
    expect(changed('- id: orders', '- id: users')).toEqual([
      `plan.yaml:${lineOf('databases:')}:3 failback.databases: found users; expected each database of the plan once: orders`,
    ]);
  });
});

describe('the way back of a plan', () => {
  it('is found sound', () => {
    expect(linesOf(sound)).toEqual([]);
  });

  it('is not judged while the plan itself cannot be read', () => {
    const lines = linesOf(sound.replace('strategy: warmStandby', 'strategy: cold'));
    expect(lines).toEqual([expect.stringContaining(' strategy: found')]);
  });

  it('is nobody’s mistake where there is none', () => {
    expect(checkRules(undefined, new Set())).toEqual([]);
    const [connected = ''] = sound.split('failback:');
    expect(linesOf(connected)).toEqual([]);
  });

  it.each(['eu-west-1', 'eu-central-1'])('takes a secret of %s', (region) => {
    expect(
      linesOf(sound.replace('secretsmanager:eu-central-1', `secretsmanager:${region}`)),
    ).toEqual([]);
  });
});
