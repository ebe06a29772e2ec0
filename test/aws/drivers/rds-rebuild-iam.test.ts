import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keptNames } from '../../../aws/drivers/rds-read-replica/kept-names.ts';
import { evidenceIam, rebuildIam } from '../../../aws/drivers/rds-read-replica/rebuild-iam.ts';
import type { IamStatement } from '../../../aws/drivers/driver.ts';
import { RdsReadReplica } from '../../../aws/drivers/rds-read-replica/schema.ts';
import { allows } from '../../stack/policy.ts';
import { examplePlan } from '../support.ts';

const plan = examplePlan();
const { primary, standby } = plan.regions;
const configOf = (source: string, replica: string) =>
  RdsReadReplica.parse({
    ...{ kind: 'rdsReadReplica', id: 'orders', source, replica },
    writeCheck: { url: 'https://standby.shop.example.com/write', method: 'POST' },
  });
/** A name as RDS takes it, as long as it may be. */
const longest = (first: string): string => first.padEnd(63, 'x');
const byEpoch = (epoch: number): string => `a-b-20261002t170445z-${epoch}`;

function isAllowed(statements: readonly IamStatement[], action: string, resource: string): boolean {
  const rendered = statements.map(({ actions, resources }) => ({
    ...{ Effect: 'Allow' as const, Condition: {}, Action: [...actions] },
    Resource: resources.map((each) =>
      each.replace('${AWS::Partition}', 'aws').replace('${AWS::AccountId}', '1'),
    ),
  }));
  return allows(rendered, { action, resource, context: {} });
}

/** What keeping an instance under these names needs, and whether the statements allow it. */
function areCovered(
  statements: readonly IamStatement[],
  region: string,
  id: string,
  epoch: number,
) {
  const names = keptNames({ replica: id }, byEpoch(epoch));
  const arn = (what: string): string => `arn:aws:rds:${region}:1:${what}`;
  return {
    source: isAllowed(statements, 'rds:CreateDBSnapshot', arn(`db:${id}`)),
    snapshot: isAllowed(statements, 'rds:CreateDBSnapshot', arn(`snapshot:${names.snapshot}`)),
    renamed: isAllowed(statements, 'rds:ModifyDBInstance', arn(`db:${names.instance}`)),
    group: isAllowed(statements, 'rds:ModifyDBInstance', arn('pg:parameters')),
  };
}
const all = { source: true, snapshot: true, renamed: true, group: true };

describe('the statements for keeping and making replicas', () => {
  it.each([1, 47, 48, 55, 63])('cover every name of an instance of %s characters', (length) => {
    const id = longest('shop').slice(0, length);
    const statements = rebuildIam(configOf('shop-db', id), plan);
    for (const epoch of [0, 7, 99_999_999])
      expect([epoch, areCovered(statements, standby, id, epoch)]).toEqual([epoch, all]);
  });

  it('cover whatever it is called, and the snapshot of an old primary as well', () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9]|-[a-z0-9]){0,62}$/);
    const property = fc.property(name, fc.nat(99_999_999), (given, epoch) => {
      const id = given.slice(0, 63).replace(/-$/, '');
      expect(areCovered(rebuildIam(configOf('db', id), plan), standby, id, epoch)).toEqual(all);
      const evidence = evidenceIam(configOf(id, 'db'), plan);
      const nothingMore = { ...all, renamed: false, group: false };
      expect(areCovered(evidence, primary, id, epoch)).toEqual(nothingMore);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('cover no snapshot of an instance whose long name begins alike, nor is it called alike', () => {
    const [one, other] = [`${longest('shop').slice(0, 60)}-a`, `${longest('shop').slice(0, 60)}-b`];
    const statements = rebuildIam(configOf('shop-db', one), plan);
    expect(areCovered(statements, standby, other, 7)).toMatchObject({
      ...{ source: false, snapshot: false, renamed: false },
    });
    expect(keptNames({ replica: one }, byEpoch(7))).not.toEqual(
      keptNames({ replica: other }, byEpoch(7)),
    );
  });
});
