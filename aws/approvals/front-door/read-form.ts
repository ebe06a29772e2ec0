import * as z from 'zod';
import type { Form } from '../../../core/approval/attempt.ts';

/** The fields of our own form: one more is not ours. */
const Fields = z.strictObject({
  token: z.string(),
  decision: z.string(),
  acknowledged: z.string().optional(),
  reason: z.string().default(''),
});

/** Reads a form as browsers send it; undefined if it is none of ours, or not sound. */
export function readForm(body: Uint8Array): Form | undefined {
  const text = textOf(body);
  if (text === undefined) return undefined;
  const pairs = [...new URLSearchParams(text)];
  const names = new Set(pairs.map(([name]) => name));
  // A field that comes twice says two things.
  if (names.size !== pairs.length) return undefined;
  const fields = Fields.safeParse(Object.fromEntries(pairs)).data;
  if (fields === undefined) return undefined;
  const { token, decision, acknowledged, reason } = fields;
  return { token, decision, acknowledged, reason: reason.replaceAll('\r\n', '\n').trim() };
}

/** URLSearchParams forgives what is not encoded soundly; a browser never sends that. */
function textOf(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    decodeURIComponent(text);
    return text;
  } catch {
    return undefined;
  }
}
