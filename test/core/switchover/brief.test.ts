import { describe, expect, it } from '@jest/globals';
import { Brief } from '../../../core/approval/brief.ts';
import { switchoverBrief } from '../../../core/switchover/brief.ts';
import { plannedIncident } from './samples.ts';

const regions = { primary: 'eu-central-1', standby: 'eu-west-1' };
const brief = switchoverBrief(plannedIncident, regions, ['orders: 7 bytes behind.']);

describe('the question of a switchover', () => {
  it('is one that can be stored and shown', () => {
    expect(Brief.parse(brief)).toEqual(brief);
    expect(brief).toMatchObject({ subject: 'switchover', service: 'orders', ...regions });
  });

  it('does not call anything down, and shows what was measured', () => {
    expect(brief.down).toEqual([
      'Nothing is down: eu-central-1 serves.',
      'orders: 7 bytes behind.',
    ]);
  });

  it('names the Region that is left and the one that takes over, each in its place', () => {
    expect(brief.question).toBe('Is orders to be moved from eu-central-1 to eu-west-1 now?');
    expect(brief.yes[0]).toBe(
      'Writes are held in eu-central-1, and the replica in eu-west-1 is promoted once it has all.',
    );
    expect(brief.no[1]).toBe('The service stays in eu-central-1, as it is.');
    expect(brief.alarmReason).toBe('olga asked for it: a test');
  });

  it('warns that writes are refused meanwhile', () => {
    expect(brief.warnings.join(' ')).toContain('writes are refused until the other Region serves');
  });
});
