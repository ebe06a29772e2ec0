import type { Change } from '@aws-sdk/client-route-53';
import * as z from 'zod';
import { NotReadyError } from '../../../core/errors.ts';
import { Answers, judgeAnswers, normalizeName, readAnswers } from '../answers.ts';
import type { TrafficDriver } from '../driver.ts';
import { parseSnapshot, toJson } from '../snapshot.ts';
import { changeRecords, isSame, listRecords, recordOf, RecordSet } from './records.ts';
import type { Route53Record } from './schema.ts';

/** How it was, as it is kept. */
export const Snapshot = z.strictObject({
  records: z.array(RecordSet),
  atStandby: z.boolean(),
  answers: Answers,
});

/**
 * Rewrites records by Route 53's control plane, in one atomic batch. Weighted and simple records
 * are UPSERTs. Failover roles are exchanged by DELETE of both and CREATE of both: an UPSERT to
 * PRIMARY is refused while the other record is still PRIMARY, whereas a batch that deletes a
 * record and creates its successor is one operation, never an empty answer (Route 53 API
 * Reference, ChangeResourceRecordSets). A DELETE also names what it expects to find, so that a
 * change by somebody else in between makes the batch fail instead of being overwritten.
 *
 * Safe to repeat: records that are right already are not sent. Nothing is kept of a change id, so
 * `settled` does not ask GetChange for INSYNC. It asks for what INSYNC stands for: the records
 * say so at the control plane, and the DNS answers accordingly.
 */
export const route53Record: TrafficDriver<Route53Record> = {
  async snapshot(config, context) {
    const records = [...(await listRecords(config, context))];
    const atStandby = plannedRecords(config, records).every((wanted) => isIn(records, wanted));
    return toJson({ records, atStandby, answers: await readAnswers(config, context) });
  },

  async switchToStandby(config, context) {
    const records = await listRecords(config, context);
    await changeRecords(config, changesTo(plannedRecords(config, records), records), context);
  },

  async settled(config, snapshot, context) {
    const before = parseSnapshot(Snapshot, snapshot);
    const records = await listRecords(config, context);
    const planned = plannedRecords(config, records);
    if (!planned.every((wanted) => isIn(records, wanted)))
      return { settled: false, why: `The records of ${config.name} do not say standby yet.` };
    const answers = await readAnswers(config, context);
    const values = valuesOf(config, planned);
    const strange = answers?.filter((answer) => values?.includes(answer) === false) ?? [];
    if (strange.length > 0)
      return { settled: false, why: `The DNS says ${strange.join(', ')}, not the standby.` };
    // Answers that are all the standby's own prove more than answers that are merely new.
    const atStandby = before.atStandby || values !== undefined;
    const verdict = judgeAnswers({ answers: before.answers, atStandby }, answers);
    if (!verdict.settled || before.atStandby || values === undefined) return verdict;
    return { settled: true, why: `The DNS says the standby: ${values.join(', ')}.` };
  },

  async restore(config, snapshot, context) {
    const before = parseSnapshot(Snapshot, snapshot);
    const records = await listRecords(config, context);
    const ours = before.records.filter((record) => isOurs(config, record));
    await changeRecords(config, changesTo(ours, records), context);
  },
};

/** The records as they are when the standby is served. @throws NotReadyError if one is missing */
function plannedRecords(config: Route53Record, records: readonly RecordSet[]): RecordSet[] {
  switch (config.routing) {
    case 'simple':
      return [plannedSimple(config, records)];
    case 'weighted': {
      const standby = recordOf(records, config.standby, config);
      const primary = recordOf(records, config.primary, config);
      return [
        { ...standby, Weight: config.weight },
        { ...primary, Weight: 0 },
      ];
    }
    case 'failover': {
      const standby = recordOf(records, config.standby, config);
      const primary = recordOf(records, config.primary, config);
      return [
        { ...standby, Failover: 'PRIMARY' },
        { ...primary, Failover: 'SECONDARY' },
      ];
    }
  }
}

function plannedSimple(
  config: Extract<Route53Record, { routing: 'simple' }>,
  records: readonly RecordSet[],
): RecordSet {
  const [record, ...others] = records;
  if (record === undefined || others.length > 0 || record.SetIdentifier !== undefined)
    throw new NotReadyError(
      `${config.name} has no single simple ${config.recordType} record in ` +
        `${config.hostedZoneId}. Nothing was changed.`,
    );
  return {
    Name: record.Name,
    Type: record.Type,
    TTL: config.ttlSeconds,
    ResourceRecords: config.standby.map((Value) => ({ Value })),
  };
}

/** The batch that makes the wanted records out of those that are there: the new ones first. */
function changesTo(wanted: readonly RecordSet[], records: readonly RecordSet[]): Change[] {
  const different = wanted.filter((record) => !isIn(records, record));
  if (different.every(({ Failover }) => Failover === undefined))
    return different.map((record) => ({ Action: 'UPSERT', ResourceRecordSet: record }));
  const replaced = records.filter((record) => different.some((other) => isVersion(record, other)));
  return [
    ...replaced.map((record): Change => ({ Action: 'DELETE', ResourceRecordSet: record })),
    ...different.map((record): Change => ({ Action: 'CREATE', ResourceRecordSet: record })),
  ];
}

function isIn(records: readonly RecordSet[], wanted: RecordSet): boolean {
  return records.some((record) => isSame(record, wanted));
}

/** Whether two record sets have the same key, within one name and type. */
function isVersion(a: RecordSet, b: RecordSet): boolean {
  return a.SetIdentifier === b.SetIdentifier;
}

/** Whether the record is one of those that the plan names. */
export function isOurs(config: Route53Record, { SetIdentifier }: RecordSet): boolean {
  if (config.routing === 'simple') return SetIdentifier === undefined;
  return SetIdentifier === config.primary || SetIdentifier === config.standby;
}

/** The values that clients are told once the standby is served; undefined for an alias. */
function valuesOf(
  config: Route53Record,
  [standby]: readonly RecordSet[],
): readonly string[] | undefined {
  const values = config.routing === 'simple' ? config.standby : valuesIn(standby);
  return values?.map(normalizeName);
}

function valuesIn(record: RecordSet | undefined): readonly string[] | undefined {
  const values = record?.ResourceRecords ?? [];
  return values.length === 0 ? undefined : values.map(({ Value }) => Value);
}
