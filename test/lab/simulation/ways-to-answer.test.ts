import { describe, expect, it } from '@jest/globals';
import { runSchedule } from '../../../lab/simulation/search/run-job.ts';
import { wayOf } from '../../../lab/simulation/ways-to-answer.ts';
import { drillSetting, scheduleOf } from './setting.ts';

/** The drill's setting with approvers who get no mail. */
async function slackOnly() {
  const setting = await drillSetting();
  const { authorization, notifications } = setting.plan;
  const approvers = authorization.approvers.map((each) => ({ ...each, mail: undefined }));
  const plan = {
    ...setting.plan,
    authorization: { ...authorization, approvers },
    notifications: notifications.filter(({ kind }) => kind !== 'ses'),
  };
  return { ...setting, plan };
}

describe('approvers of a simulation', () => {
  it('press the button in Slack if they get no mail, and are counted', async () => {
    const setting = await slackOnly();
    const { ghost, ends, violations } = await runSchedule(setting, scheduleOf('outage-approved'));
    expect(violations).toEqual([]);
    expect(ends).toEqual(['Recovered']);
    expect(ghost.events.filter(({ kind }) => kind === 'asked').length).toBeGreaterThan(0);
    expect(ghost.yes.size).toBeGreaterThan(0);
  });

  it('end it by the other button', async () => {
    const setting = await slackOnly();
    const { ends, violations } = await runSchedule(setting, scheduleOf('outage-rejected'));
    expect(violations).toEqual([]);
    expect(ends).toEqual(['Rejected']);
  });

  it('have no way if neither a mail nor Slack reaches them', async () => {
    const { plan } = await slackOnly();
    const mail = 'olga@orders.example.com';
    expect(wayOf({ name: 'Olga', mail }, plan)).toBeUndefined();
    expect(wayOf({ name: 'Olga', slack: 'U012OLGA' }, { notifications: [] })).toBeUndefined();
    expect(wayOf({ name: 'Olga', mail }, (await drillSetting()).plan)).toBe('mail');
  });
});
