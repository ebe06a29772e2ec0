import { asking, askingUnfenced, promotingOnExpiry } from '../plans.ts';
import type { Scenario } from '../scenario.ts';
import { changeReadings } from '../stage.ts';
import { outage, stalledThenOutage } from './acts.ts';

/** Outages that a human is asked about. */
export const askedStories: readonly Scenario[] = [
  {
    name: 'outage-approved',
    summary: 'the plan leaves the promotion to a human, who says yes twice',
    plan: asking,
    approvers: 'doubleClick',
    ends: ['Recovered'],
    promotions: 1,
    act: outage,
  },
  {
    name: 'outage-rejected',
    summary: 'the plan leaves the promotion to a human, who says no',
    plan: asking,
    approvers: 'reject',
    ends: ['Rejected'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'outage-race',
    summary: 'one approver says yes and another no in the same instant',
    plan: asking,
    approvers: 'race',
    ends: ['Recovered', 'Rejected'],
    promotions: 'either',
    act: outage,
  },
  {
    name: 'outage-expired',
    summary: 'nobody answers in time',
    plan: asking,
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'outage-late-answer',
    summary: 'the yes comes after the question has expired',
    plan: asking,
    approvers: 'late',
    ends: ['Expired'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'unfenced-approved',
    summary: 'the old primary cannot be fenced, and a human accepts that',
    plan: askingUnfenced,
    approvers: 'approve',
    ends: ['Recovered'],
    promotions: 1,
    act: outage,
  },
  {
    name: 'unfenced-rejected',
    summary: 'the old primary cannot be fenced, and a human does not accept that',
    plan: askingUnfenced,
    approvers: 'reject',
    ends: ['Rejected'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'expiry-promotes',
    summary: 'nobody answers in time, and the plan says that this means yes',
    plan: promotingOnExpiry,
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    act: outage,
  },
  {
    name: 'silence-and-no-reading',
    summary: 'nobody answers, which means yes; but nobody knows what would be lost',
    plan: promotingOnExpiry,
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    async act(stage) {
      stage.facts.hasMetrics = false;
      await outage(stage);
    },
  },
  {
    name: 'evidence-keeps-changing',
    summary: 'after every yes the loss turns out to be larger: nobody can decide on that',
    plan: asking,
    approvers: 'approve',
    ends: ['NotPromoted'],
    promotions: 0,
    async act(stage) {
      const from = stage.clock.now().getTime();
      changeReadings(stage, (readings) => {
        const seconds = (stage.clock.now().getTime() - from) / 1000;
        return readings.map((each) => ({ ...each, value: each.value + seconds }));
      });
      await outage(stage);
    },
  },
  {
    name: 'rpo-breach',
    summary: 'replication stalled long before the outage: a human accepts the loss',
    approvers: 'approve',
    ends: ['Recovered'],
    promotions: 1,
    act: stalledThenOutage,
  },
  {
    name: 'loss-unknown',
    summary: 'no reading of the lag: a human is asked, and nobody answers',
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    async act(stage) {
      stage.facts.hasMetrics = false;
      await outage(stage);
    },
  },
];
