import { describe, expect, it } from '@jest/globals';
import { consoleUrl, cut, oneLine, plainText, showInstant } from '../../core/text.ts';

describe('text from outside', () => {
  it.each([
    ['control characters', 'a\u0000b\u001bc\r\nd', 'a b c \nd'],
    ['marks that turn the direction', 'a\u202Egnp.exe\u2066', 'a gnp.exe '],
    ['invisible characters', 'a\u200bb\ufeff', 'a b '],
    ['line separators', 'a\u2028b\u2029c', 'a b c'],
    ['half a character', 'a\ud83d', 'a\ufffd'],
  ])('loses %s', (_, text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  it('is one line where it must be', () => {
    expect(oneLine(' a\r\nBcc: x\t\u2028y ', 50)).toBe('a Bcc: x y');
    expect(oneLine('x'.repeat(60), 50)).toBe(`${'x'.repeat(49)}…`);
  });

  it('is never cut through a character', () => {
    expect(cut('ab😀cd', 4)).toBe('ab…');
    expect(cut('ab😀cd', 6)).toBe('ab😀cd');
    for (let longest = 2; longest < 9; longest += 1) {
      expect(cut('😀😀😀😀😀', longest).isWellFormed()).toBe(true);
    }
  });
});

describe('what is shown', () => {
  it('are minutes in UTC', () => {
    expect(showInstant('2026-10-02T17:34:45.123Z')).toBe('2026-10-02 17:34 UTC');
  });

  it('is a link to the console that no ARN can lead elsewhere', () => {
    expect(consoleUrl('arn:aws:states:eu-central-1:1:execution:f:a')).toBe(
      'https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1' +
        '#/v2/executions/details/arn%3Aaws%3Astates%3Aeu-central-1%3A1%3Aexecution%3Af%3Aa',
    );
    for (const arn of ['arn:aws:states:evil.example/?:x', 'arn:aws:states:x@y:x', '']) {
      expect(consoleUrl(arn)).toBe('https://console.aws.amazon.com/states/home');
    }
  });
});
