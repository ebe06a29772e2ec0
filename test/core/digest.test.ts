import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { digestOf } from '../../core/digest.ts';

const Json = z.json();

describe('digestOf', () => {
  it('is the SHA-256 of the canonical JSON', () => {
    const canonical = '{"a":[1,"x",null],"b":{"c":true,"d":false}}';
    const expected = createHash('sha256').update(canonical).digest('hex');
    expect(digestOf({ b: { d: false, c: true }, a: [1, 'x', null] })).toBe(expected);
  });

  it.each([
    [{ evidence: ['a', 'b'] }, { evidence: ['b', 'a'] }],
    [{ evidence: ['a', 'b'] }, { evidence: ['a,b'] }],
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [[], {}],
    ['', null],
    [{ 'a":1,"b': 2 }, { a: 1, b: 2 }],
  ])('tells %j from %j', (one, other) => {
    expect(digestOf(one)).not.toBe(digestOf(other));
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        return digestOf(Json.parse(value)) === digestOf(Json.parse(reversed));
      }),
    );
  });
});
