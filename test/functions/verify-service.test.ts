import { describe, expect, it } from '@jest/globals';
import { switchRoute } from '../../functions/switch-route.ts';
import { verifyService } from '../../functions/verify-service.ts';
import { openBench, startAt } from './support.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident } = bench;
  return { ...bench, input: { plan, incident, before: null } };
}

describe('VerifyService', () => {
  it('refuses malformed input', async () => {
    const { run, input } = await prepare();
    await expect(run(verifyService, { ...input, before: undefined })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
  });

  it('is not verified while the public name leads to the dead primary', async () => {
    const { run, input, facts } = await prepare();
    facts.standbyIsWriter = true;
    const { verified, why } = await run(verifyService, input);
    expect(verified).toBe(false);
    expect(why).toContain('NetworkError: connect ECONNREFUSED orders.example.com');
  });

  it('fails when the deadline passes', async () => {
    const { run, input, clock } = await prepare();
    await clock.advance(31);
    await expect(
      run(verifyService, { ...input, before: { startedAt: startAt } }),
    ).rejects.toMatchObject({ name: 'DeadlineExceededError' });
  });

  it('is verified when the public name leads to a standby that serves', async () => {
    const { run, input, facts, clock, plan, incident } = await prepare();
    facts.standbyIsWriter = true;
    const traffic = plan.traffic[0];
    await run(switchRoute, { plan, incident, traffic, startedAt: startAt });
    await clock.advance(90);
    expect(await run(verifyService, input)).toMatchObject({ verified: true });
  });
});
