import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { asJson, forTerminal, oneLine } from '../../cli/safe-text.ts';

const ESC = '\u001b';
/** What steers a terminal, or hides what is said. */
const steering: readonly (readonly [what: string, text: string])[] = [
  ['a cleared screen', `${ESC}[2J${ESC}[H`],
  ['hidden text', `${ESC}[8m`],
  ['a title', `${ESC}]0;root\u0007`],
  ['a link', `${ESC}]8;;https://evil.example\u0007`],
  ['a sequence of one byte', '\u009b2J'],
  ['a carriage return', 'Loss: all\rLoss: none'],
  ['a backspace', 'no\b\byes'],
  ['another direction', '\u202Eevorppa'],
  ['our style, with another one behind it', `${ESC}[1;8m`],
];

describe('Words from outside', () => {
  it.each(steering)('do not bring %s to the terminal', (_, text) => {
    expect(forTerminal(`a${text}b`)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(oneLine(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('come from no command raw: not even those that were typed', () => {
    const main = join(import.meta.dirname, '../../cli/main.ts');
    const args = [main, 'drill', '--scenario', `x${ESC}[2Jy`];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('found "x [2Jy"');
  });

  it('do not look like a line of ours', () => {
    expect(oneLine('the alarm\n2026-10-02T17:04:45.000Z  Approved')).not.toContain('\n');
  });

  it.each(steering)('are exact in the JSON document, and steer nothing there: %s', (_, text) => {
    const document = asJson({ text, more: [`\u2028${text}`, '👩‍🚒 \u{E0041} Ä'] });
    expect(JSON.parse(forTerminal(document))).toEqual({
      text,
      more: [`\u2028${text}`, '👩‍🚒 \u{E0041} Ä'],
    });
    expect(forTerminal(document)).toBe(document);
  });
});

describe('What commands write themselves', () => {
  it.each(['bold', 'dim', 'yellow'] as const)('stays %s', (style) => {
    const text = `\t${styleText(style, 'Promotes if nobody decides', { validateStream: false })}\nnext`;
    expect(text).toContain(ESC);
    expect(forTerminal(text)).toBe(text);
  });
});
