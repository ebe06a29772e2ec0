import { describe, expect, it } from '@jest/globals';
import { InvalidInputError } from '../../core/errors.ts';
import { nextPollSeconds } from '../../core/poll.ts';
import { dateAfter, T0 } from './support.ts';

describe('nextPollSeconds', () => {
  it('refuses an instant that is none: a wait state would fail on it', () => {
    expect(() => nextPollSeconds('soon', dateAfter(0), 15)).toThrow(InvalidInputError);
  });

  it.each([
    [-30, 1],
    [0, 1],
    [19.9, 1],
    [20, 2],
    [99, 9],
    [150, 15],
    [9999, 15],
  ])('after %d s waits %d s', (waited, seconds) => {
    expect(nextPollSeconds(T0, dateAfter(waited), 15)).toBe(seconds);
  });

  it('looks 154 times in half an hour', () => {
    let waited = 0;
    let looks = 0;
    while (waited < 1800) {
      waited += nextPollSeconds(T0, dateAfter(waited), 15);
      looks += 1;
    }
    expect(looks).toBe(154);
  });
});
