import { describe, expect, it } from '@jest/globals';
import { formatSettled } from '../../cli/format-apply.ts';
import { row } from '../core/reconcile/samples.ts';

describe('what became of everything', () => {
  it('shows an operator what the writer said itself: it is their own terminal', () => {
    const unit = { id: 'unit 7', committedAt: null, rows: [row('1')] };
    const why = 'duplicate key value violates unique constraint "mail_key" (23505)';
    const detail = 'Key (mail)=(ada@example.com) already exists.';
    const text = formatSettled([{ unit, outcome: 'refused', why, detail }], 1);
    expect(text).toContain(`${why} ${detail}`);
    expect(formatSettled([{ unit, outcome: 'refused', why }], 1)).toContain(`${why}\n`);
  });
});
