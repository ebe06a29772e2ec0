import { describe, expect, it } from '@jest/globals';
import { holds, update } from '../../../lab/aws/dynamodb-expressions.ts';
import { matches } from '../../../lab/aws/event-pattern.ts';

describe('expressions of DynamoDB', () => {
  const bindings = { names: { '#s': 'status' }, values: { ':a': 'a', ':b': 'b' } };
  it.each([
    ['AND and OR together', 'x = :a AND y = :b OR z = :a'],
    ['a function that it does not model', 'contains(x, :a)'],
    ['a name that is not bound', '#nobody = :a'],
    ['a value that is not bound', 'x = :nobody'],
  ])('refuse %s', (_, condition) => {
    expect(() => holds(condition, { x: 'a' }, bindings)).toThrow(
      /not (model|mix|bound)|is not bound/,
    );
  });

  it.each([
    ['attribute_not_exists(pk)', undefined, true],
    ['attribute_not_exists(pk)', { pk: 'x' }, false],
    ['#s = :a', { status: 'a' }, true],
    ['#s = :a', undefined, false],
    ['x <> :a', undefined, true],
    ['x > :a', { x: 'b' }, true],
    ['x > :b', { x: 'a' }, false],
    ['#s = :a AND x = :b', { status: 'a', x: 'a' }, false],
    ['#s = :b OR x = :a', { status: 'a', x: 'a' }, true],
  ])('%s on %j is %s', (condition, item, expected) => {
    expect(holds(condition, item, bindings)).toBe(expected);
  });

  it('refuse an update that they do not model', () => {
    expect(() => update('ADD n :a', {}, bindings)).toThrow(/does not model this update/);
  });

  it('set and remove', () => {
    expect(update('SET #s = :a, y = :b REMOVE x', { x: 1, z: 2 }, bindings)).toStrictEqual({
      z: 2,
      status: 'a',
      y: 'b',
    });
  });
});

describe('patterns of EventBridge', () => {
  it.each([{ suffix: 'a' }, { exists: false }, { 'anything-but': 'a', prefix: 'b' }])(
    'refuse the operator %j',
    (operator) => {
      expect(() => matches({ x: [operator] }, { x: 'a' })).toThrow(/does not model the operator/);
    },
  );

  it.each([
    [{ x: ['a', 'b'] }, { x: 'b' }, true],
    [{ x: ['a'] }, { x: ['c', 'a'] }, true],
    [{ x: ['a'] }, {}, false],
    [{ x: { y: ['a'] } }, { x: { y: 'a', z: 1 } }, true],
    [{ x: [{ 'anything-but': 'ALARM' }] }, { x: 'OK' }, true],
    [{ x: [{ 'anything-but': 'ALARM' }] }, { x: 'ALARM' }, false],
    [{ x: [{ 'anything-but': 'ALARM' }] }, {}, false],
  ])('%j and %j: %s', (pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it('see whether a leaf exists, and never an object', () => {
    const pattern = { x: [{ exists: true }] };
    expect(matches(pattern, {})).toBe(false);
    expect(matches(pattern, { x: { S: 'a' } })).toBe(false);
    expect(matches(pattern, { x: 'a' })).toBe(true);
  });
});
