import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { matches } from '../../lab/aws/event-pattern.ts';
import { substitute } from '../../lab/substitute.ts';
import type { Substituted } from '../../lab/substitute.ts';
import { packTemplate } from '../../lab/template.ts';
import { shopPlanFile } from '../lab/virtual/scene.ts';

const Mapping = z.object({
  FunctionName: z.string(),
  BatchSize: z.int(),
  MaximumRecordAgeInSeconds: z.int(),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }),
});

const packed: { resources: ReadonlyMap<string, Substituted> } = { resources: new Map() };
beforeAll(async () => {
  packed.resources = substitute(await packTemplate(shopPlanFile), 'eu-central-1').resources;
}, 60_000);

const mappings = () =>
  [...packed.resources.values()]
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => Mapping.parse(properties));

/** The functions that a write to the table starts. */
function startedBy(sk: string, fields: z.infer<ReturnType<typeof z.json>> = {}, pk = 'INCIDENT#1') {
  const record = { dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, NewImage: fields } };
  return mappings()
    .filter(({ FilterCriteria: { Filters } }) =>
      Filters.some(({ Pattern }) => matches(z.json().parse(JSON.parse(Pattern)), record)),
    )
    .map(({ FunctionName }) => /dev-(\w+)LambdaFunction$/.exec(FunctionName)?.[1]);
}

const decision = { M: { decision: { S: 'approved' }, by: { S: 'Olga' } } };

describe('Of what is written to the table', () => {
  it.each([
    ['the lock of a plan', 'LOCK', {}, 'PLAN#shop'],
    ['what was sent', 'SENT#opened#mail', {}, 'INCIDENT#1'],
    ['how many attempts were refused', 'REFUSED#known', {}, 'INCIDENT#1'],
  ])('%s starts nothing', (_, sk, fields, pk) => {
    expect(startedBy(sk, fields, pk)).toEqual([]);
  });

  it('only a question that was decided wakes anybody, and that waits for no message', () => {
    expect(startedBy('APPROVAL', { votes: { L: [] } })).toEqual(['OnIncidentChange']);
    expect(startedBy('APPROVAL', { decision })).toEqual(['OnVote', 'OnIncidentChange']);
  });

  it.each(['LEDGER#2026-10-02T17:04:45.000Z#fence#1', 'REPLY#2026-10-02T17:04:45.000Z#1'])(
    '%s is shown',
    (sk) => {
      expect(startedBy(sk)).toEqual(['OnIncidentChange']);
    },
  );

  it('a click that was handed over is counted, and waits for no message', () => {
    const sk = 'CLICK#2026-10-02T17:04:45.000Z#U0OLGA#approved';
    expect(startedBy(sk)).toEqual(['OnVote', 'OnIncidentChange']);
  });

  it('nothing is tried for longer than a quarter of an hour, and then it is told', () => {
    for (const { MaximumRecordAgeInSeconds, DestinationConfig } of mappings()) {
      expect(MaximumRecordAgeInSeconds).toBe(900);
      expect(DestinationConfig.OnFailure.Destination).toContain('DeadLetterQueue');
    }
  });

  it('two readers follow the stream, which is as many as a shard serves', () => {
    expect(mappings()).toHaveLength(2);
  });
});
