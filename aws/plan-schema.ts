import * as z from 'zod';
import { Plan } from './plan.ts';

/** What an editor shows beside a key, by its path. */
const descriptions: Readonly<Record<string, string>> = {
  name: 'Name of the plan: of its lock, its kill switch and its incidents.',
  regions: 'Which Region is which. The roles never change, not even after a failover.',
  'regions.standby': 'Where the workflow, its alarms and its lock live.',
  strategy: 'warmStandby: the standby runs, smaller. pilotLight: compute is started when needed.',
  objectives: 'What the business asked for; every report says what was measured.',
  'objectives.rpoSeconds': 'More loss than this, or an unknown loss, never promotes by itself.',
  detection: 'How an outage is noticed, and what it takes to believe it.',
  'detection.alarms': 'ARNs of alarms in the standby Region. ALARM starts the workflow.',
  'detection.staleAfterSeconds': 'An alarm that is older than this is recorded and not acted on.',
  'detection.probes': 'What is asked to find out whether the primary is alive.',
  'detection.controls': 'Targets that must answer, or this vantage point is not believed.',
  'detection.confirm.rounds': 'Consecutive rounds that must say down.',
  'detection.confirm.signals': 'Different kinds of probes that must say down in one round.',
  'detection.confirm.minimumOutageSeconds': 'How long the outage must last to be confirmed.',
  'detection.confirm.deadlineSeconds': 'After this the outage is undecided, and a human is asked.',
  databases: 'Databases that are promoted: the point of no return.',
  fencing: 'How the old primary is kept from taking writes.',
  compute: 'Compute in the standby Region that is warmed up as soon as an outage is suspected.',
  traffic: 'How the traffic is moved.',
  verification: 'Proof that the service works, before and after traffic moves.',
  'verification.standby': "Asked at the standby's own endpoint, before traffic moves.",
  'verification.service': 'Asked through the public name, after traffic moved.',
  authorization: 'Who may let it happen.',
  'authorization.mode': 'automatic: acts alone if every rule allows it. approval: always asks.',
  'authorization.approvers': 'People who may decide, with the ways in which each can.',
  'authorization.onExpiry':
    'What happens if nobody decides: stop, escalate, or (think twice) promote.',
  'authorization.unfenced': 'What happens if the old primary cannot be confirmed fenced.',
  notifications: 'How people are told, none of it in the primary Region.',
  failback: 'What the way back needs: the same things, seen from the other side.',
  'failback.detection':
    'Only for the plan reversed: alarms in the primary Region, probes of the standby.',
  'failback.databases': 'What of each database is other on the way back.',
  'failback.fencing': "How the standby's database is kept from taking writes.",
  'failback.compute': 'Compute in the primary Region.',
  'failback.verification': "Asked at the primary Region's own endpoint.",
  cooldownSeconds: 'How long nothing is automatic after a promotion, at the least.',
};

type Schema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of a plan for editors, in the version that they all know. */
export function planSchema(): Schema {
  const schema: Schema = z.toJSONSchema(Plan, { io: 'input', target: 'draft-7' });
  for (const [path, description] of Object.entries(descriptions))
    describe(schema, path, description);
  return { title: 'Failover plan', ...schema };
}

/** The text of the schema's file. */
export function planSchemaText(): string {
  return `${JSON.stringify(planSchema(), null, 2)}\n`;
}

/** @throws Error if the plan has no such key: a description must not outlive what it describes. */
function describe(root: Schema, path: string, description: string): void {
  let schema: Schema = root;
  for (const key of path.split('.')) {
    const next = schema.properties?.[key];
    if (typeof next !== 'object') throw new Error(`A plan has no ${path}.`);
    schema = next;
  }
  schema.description = description;
}
