import { describe, expect, it } from '@jest/globals';
import { onVote } from '../../functions/on-vote.ts';
import { decision, prepare } from './stream-bench.ts';

describe('OnVote', () => {
  it('wakes nobody for a question that is open, and none without a token', async () => {
    const { follow, item, tokens } = await prepare();
    const untold = item({ decision, taskToken: undefined });
    expect(await follow(onVote, item({}), untold)).toEqual({ batchItemFailures: [] });
    expect(tokens.get('token-1')).toBeUndefined();
  });

  it('asks for the record again, and those after it, where the state could not be woken', async () => {
    const { follow, item, faults, tokens } = await prepare();
    faults.inject('request lost', 1, 'SendTaskSuccess');
    const failed = await follow(onVote, item({}), item({ decision }));
    expect(failed).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    await follow(onVote, item({ decision }));
    expect(tokens.get('token-1')).toEqual({ look: 'at the table' });
  });

  it('wakes those who come after one who could not be woken', async () => {
    const { follow, item, faults, tokens } = await prepare();
    tokens.set('token-2', undefined);
    faults.inject('request lost', 1, 'SendTaskSuccess');
    const second = item({ decision, taskToken: 'token-2' });
    const failed = await follow(onVote, item({ decision }), second);
    expect(failed).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(tokens.get('token-2')).toEqual({ look: 'at the table' });
  });

  it('asks again for a click that cannot be counted, and wakes whoever comes after it', async () => {
    const { follow, item, tokens } = await prepare();
    const unreadable = { pk: 'INCIDENT#1', sk: 'CLICK#2026-10-02T17:04:45.000Z#U0OLGA#approved' };
    const failed = await follow(onVote, unreadable, item({ decision }));
    expect(failed).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(tokens.get('token-1')).toEqual({ look: 'at the table' });
  });

  it('takes a change that comes twice, after the state went on', async () => {
    const { follow, item } = await prepare();
    await follow(onVote, item({ decision }));
    expect(await follow(onVote, item({ decision }))).toEqual({ batchItemFailures: [] });
  });

  it('leaves other items alone', async () => {
    const { follow } = await prepare();
    const other = { pk: 'PLAN#orders', sk: 'LOCK', epoch: 1 };
    expect(await follow(onVote, other)).toEqual({ batchItemFailures: [] });
  });

  it('wakes the waiting state, says nothing of the decision, and asks no channel', async () => {
    const { follow, item, tokens, faults } = await prepare();
    const before = faults.calls.length;
    await follow(onVote, item({ decision }));
    expect(tokens.get('token-1')).toEqual({ look: 'at the table' });
    expect(faults.calls.slice(before).map(({ command }) => command)).toEqual([
      'SendTaskSuccessCommand',
    ]);
  });
});
