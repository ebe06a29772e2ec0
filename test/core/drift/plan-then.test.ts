import { describe, expect, it } from '@jest/globals';
import { missingDrivers } from '../../../core/drift/plan-then.ts';

const plan = {
  fencing: [{ kind: 'securityGroup', id: 'db' }],
  databases: [{ kind: 'rdsReadReplica', id: 'orders' }],
  compute: [{ kind: 'ecsService', id: 'web' }],
  traffic: [{ kind: 'healthCheckMarker', id: 'name' }],
};

describe('drivers of the plan by which an incident ran', () => {
  it('are not missed while the plan is as it was, or has more', () => {
    expect(missingDrivers(plan, plan)).toEqual([]);
    expect(missingDrivers({ ...plan, fencing: [] }, plan)).toEqual([]);
  });

  it.each(['fencing', 'databases', 'compute', 'traffic'] as const)(
    'are not read if the plan has none of them any more: %s',
    (section) => {
      const [gone] = plan[section];
      expect(missingDrivers(plan, { ...plan, [section]: [] })).toMatchObject([
        { what: `${gone?.kind} ${gone?.id}`, outcome: 'unread' },
      ]);
    },
  );

  it('are another driver if the kind is another one', () => {
    const compute = [{ kind: 'autoScalingGroup', id: 'web' }];
    expect(missingDrivers(plan, { ...plan, compute })).toMatchObject([{ what: 'ecsService web' }]);
  });
});
