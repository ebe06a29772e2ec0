import { describe, expect, it } from '@jest/globals';
import { observeOutage } from '../../functions/observe-outage.ts';
import { openBench } from './support.ts';
import { footprint } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident, run } = bench;
  const look = async (before: unknown) => await run(observeOutage, { plan, incident, before });
  return { ...bench, look };
}

describe('ObserveOutage', () => {
  it('refuses malformed input', async () => {
    const { look } = await prepare();
    await expect(look({ rounds: 3 })).rejects.toMatchObject({ name: 'InvalidInputError' });
    await expect(look(undefined)).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it('calls a round unknown when its own vantage point may be cut off', async () => {
    const { look, runtime } = await prepare();
    const { network } = runtime;
    const https: typeof network.https = async (request) => {
      if (request.url.includes('control')) throw new Error('cut off');
      return await network.https(request);
    };
    Object.assign(runtime, { network: { ...network, https } });
    const { verdict, observation } = await look(null);
    expect(verdict).toBe('watching');
    expect(observation.rounds).toMatchObject([{ vote: 'unknown' }]);
  });

  it('takes calls that fail for unknown, never for down', async () => {
    const { look, faults } = await prepare();
    faults.always('rejected');
    const { observation } = await look(null);
    const votes = observation.rounds[0]?.probes.map(({ id, vote }) => `${id} ${vote}`);
    expect(votes).toEqual(
      expect.arrayContaining(['instance unknown', 'wal unknown', 'alarm unknown']),
    );
  });

  it('confirms after three rounds and the minimum outage, not before', async () => {
    const { look, clock } = await prepare();
    let before: unknown = null;
    const verdicts: string[] = [];
    for (let round = 1; round <= 4; round += 1) {
      const { verdict, observation } = await look(before);
      before = observation;
      verdicts.push(verdict);
      await clock.advance(1);
    }
    // Three rounds are there after two seconds; the plan wants an outage of three.
    expect(verdicts).toEqual(['watching', 'watching', 'watching', 'confirmed']);
  });

  it('calls it recovered after two sightings, with a decision to stand down', async () => {
    const { look, facts } = await prepare();
    facts.primaryIsUp = true;
    const first = await look(null);
    expect(first).toMatchObject({ verdict: 'watching', decision: null });
    const second = await look(first.observation);
    expect(second).toMatchObject({
      verdict: 'recovered',
      decision: { go: false, outcome: 'stoodDown' },
    });
    expect(second.why).toContain('front-door saw the primary alive');
  });

  it('is undecided when the deadline passes in disagreement', async () => {
    const { look, clock, facts } = await prepare();
    const first = await look(null);
    await clock.advance(20);
    // It accepts connections and cannot write: one sighting is not enough to stand down.
    facts.primaryIsUp = true;
    facts.primaryIsFenced = true;
    const { verdict, ruleId, decision } = await look(first.observation);
    expect({ verdict, ruleId }).toEqual({ verdict: 'undecided', ruleId: 'deadline-passed' });
    expect(decision).toBeNull();
  });

  it('gives the same answer twice and changes nothing', async () => {
    const { look, world } = await prepare();
    const before = footprint(world);
    expect(await look(null)).toEqual(await look(null));
    expect(footprint(world)).toEqual(before);
  });
});
