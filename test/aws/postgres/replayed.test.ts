import { describe, expect, it } from '@jest/globals';
import { readReplayed } from '../../../aws/postgres/replayed.ts';
import type { Side } from '../../../aws/postgres/side.ts';

/** A server that gives one answer to every question. */
const answering = (name: string, answer: object): Side => ({
  name,
  query: (row) => Promise.resolve([row.parse(answer)]),
  run: () => Promise.reject(new Error('Nothing is to be changed.')),
  again: () => Promise.reject(new Error('One session is enough.')),
  close: () => Promise.resolve(),
});
const PRIMARY = { id: '7', isStandby: false, timeline: 1, start: 'then', database: 'shop' };
const STANDBY = { id: '7', isStandby: true, timeline: 1, replayed: '0/300' };

const replayed = (primary: object, standby: object) =>
  readReplayed(
    answering('The primary', { ...PRIMARY, ...primary }),
    answering('The standby', { ...STANDBY, ...standby }),
  );

describe('how far a standby has replayed', () => {
  it.each([
    ['the primary is a standby', { isStandby: true }, {}, 'expected the writer'],
    ['the standby was promoted', {}, { isStandby: false }, 'was it promoted?'],
    ['they are of two clusters', {}, { id: '8' }, 'does not follow The primary'],
    // As a standby does that was built anew from the writer, after a failover.
    ['the standby follows a later timeline', {}, { timeline: 2 }, 'follows the timeline 2'],
  ])('is refused if %s', async (_, primary, standby, words) => {
    await expect(replayed(primary, standby)).rejects.toThrow(words);
  });

  it.each([
    ['it receives nothing', { timeline: null }],
    ['it replayed nothing', { replayed: null }],
  ])('is not known if %s', async (_, standby) => {
    expect(await replayed({}, standby)).toMatchObject({ known: false });
  });

  it('is what it says otherwise', async () => {
    expect(await replayed({}, {})).toEqual({ known: true, lsn: '0/300' });
  });
});
