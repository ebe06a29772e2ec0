import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../cli/io.ts';
import { searchRequest } from '../../cli/search.ts';
import { modeOf } from '../../cli/simulate-modes.ts';

describe('the options of failover simulate', () => {
  it.each([
    [['plan', 'bugs'], '--plan and --bugs exclude each other; expected with --plan: --scenario,'],
    [['replay', 'plan'], '--plan and --replay exclude each other'],
    [['plan', 'faults'], '--plan and --faults exclude each other'],
    [['plan', 'budget'], '--plan and --budget exclude each other'],
    [['replay', 'scenario'], '--replay and --scenario exclude each other; expected with --replay:'],
    [['faults', 'replay'], '--replay and --faults exclude each other'],
    [['replay', 'budget'], '--replay and --budget exclude each other'],
    [['replay', 'seeds'], '--replay and --seeds exclude each other'],
    [['replay', 'seed'], '--replay and --seed exclude each other'],
    [['replay', 'bugs'], '--replay and --bugs exclude each other'],
    [['bugs', 'budget'], '--bugs and --budget exclude each other; expected with --bugs: --json.'],
    [['bugs', 'faults'], '--bugs and --faults exclude each other'],
    [['scenario', 'bugs'], '--bugs and --scenario exclude each other'],
    [['bugs', 'seeds'], '--bugs and --seeds exclude each other'],
    [['protocol', 'seed'], '--protocol and --seed exclude each other'],
  ])('%j are refused by the names of two', (given, words) => {
    expect(() => modeOf(given)).toThrow(UsageError);
    expect(() => modeOf(given)).toThrow(words);
  });

  it.each([
    [[], 'search'],
    [['scenario', 'faults', 'seed', 'seeds', 'budget', 'json'], 'search'],
    [['plan', 'scenario', 'seed', 'seeds', 'json'], 'plan'],
    [['replay', 'json'], 'replay'],
    [['json', 'bugs'], 'bugs'],
    [['protocol', 'json'], 'protocol'],
  ])('%j are a %s', (given, mode) => {
    expect(modeOf(given)).toBe(mode);
  });
});

describe('the request of a search', () => {
  it.each(['none', 'single', 'single,events', 'pairs'])('refuses seeds with %s', (faults) => {
    const words = `--seeds and --faults ${faults} exclude each other: only random and all`;
    expect(() => searchRequest({ faults, seed: '1', seeds: '3' }, undefined)).toThrow(words);
  });

  it.each(['0s', '00m', '0h'])('refuses a budget of %s', (budget) => {
    const refused = () => searchRequest({ seed: '1', budget }, undefined);
    expect(refused).toThrow(`--budget: found "${budget}"; expected more than nothing`);
  });

  it.each([
    ['0', 'expected 1 for all, or more'],
    ['some', 'expected a whole number'],
  ])('refuses every %s', (every, words) => {
    expect(() => searchRequest({ seed: '1', every }, undefined)).toThrow(words);
  });

  it('takes all, or every nth', () => {
    expect(searchRequest({ seed: '1' }, undefined).everyNth).toBe(1);
    expect(searchRequest({ seed: '1', every: '4' }, undefined).everyNth).toBe(4);
  });

  it('takes seeds where there are random walks', () => {
    for (const faults of ['random', 'single,random', 'all'])
      expect(searchRequest({ faults, seed: '1', seeds: '3' }, undefined).walks).toBe(3);
    expect(searchRequest({ seed: '1', seeds: '3', budget: '2m' }, 'blip')).toMatchObject({
      ...{ scenario: 'blip', seed: 1, walks: 3, budgetMilliseconds: 120_000 },
    });
  });
});
