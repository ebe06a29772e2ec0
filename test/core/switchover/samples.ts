import type { Incident } from '../../../core/incident.ts';
import type { SwitchoverParts } from '../../../core/switchover/report.ts';
import { after, T0 } from '../support.ts';

/** The incident of a switchover home, after a failover. */
export const plannedIncident: Incident = {
  id: 'orders-20261002t170000z-2',
  plan: 'orders',
  epoch: 2,
  alarm: 'none: a planned switchover',
  alarmReason: 'olga asked for it: a test',
  openedAt: T0,
  outageStart: { known: false, reason: 'There is no outage.' },
  executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:switchover:move-1',
  planned: { by: 'olga', to: 'eu-west-1', after: 'orders-20261001t170000z-1' },
};

/** What states hand over that did nothing yet. */
export const nothingYet: SwitchoverParts = {
  rebuilt: [],
  readiness: null,
  judged: null,
  capacity: [],
  heldAt: null,
  fence: null,
  caughtUp: null,
  promotions: [],
  standby: null,
  traffic: [],
  service: null,
  undo: null,
  failure: null,
};

const said = (seconds: number) => ({ at: after(seconds), why: `Said at ${seconds}.` });

/** What states hand over when the service has moved: writes were held from 120 s to 190 s. */
export const allDone: SwitchoverParts = {
  ...nothingYet,
  rebuilt: [{ ...said(60), kept: 'orders-primary-before-1' }],
  readiness: said(70),
  judged: { why: 'Approved.', approval: { decidedAt: after(100) } },
  capacity: [{ ready: true, why: '2 of 2.' }],
  heldAt: after(120),
  fence: { ...said(125), grade: 'confirmed' },
  caughtUp: { ...said(130), reached: true },
  promotions: [said(160), said(150)],
  standby: { ...said(165), verified: true },
  traffic: [said(180.5)],
  service: { ...said(190), verified: true },
};
