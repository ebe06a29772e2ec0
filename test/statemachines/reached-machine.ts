import { describe, expect, it } from '@jest/globals';
import { allStates } from '../../lab/asl/definition.ts';
import type { StateMachine } from '../../lab/asl/definition.ts';
import { Reached } from '../../lab/asl/reached.ts';
import { stackOf } from '../../lab/stack-of.ts';
import { packTemplate } from '../../lab/template.ts';
import type { Template } from '../../lab/template.ts';
import { drillPlanFile } from '../lab/virtual/scene.ts';

/** A state machine of the packed template, and what of it the runs of a file came by. */
export interface ReachedMachine {
  readonly template: Template;
  readonly machine: StateMachine;
  readonly reached: Reached;
}

/** The state machine of the drill's stack with this id. */
export async function openMachine(id: string): Promise<ReachedMachine> {
  const template = await packTemplate(drillPlanFile);
  const machines = [...stackOf(template, 'eu-central-1').machines.values()];
  const found = machines.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no state machine ${id}.`);
  return { template, machine: found.definition, reached: new Reached(found.definition) };
}

/** A table of failing states has each Task state of the definition exactly once. */
export function expectEachTask({ machine }: ReachedMachine, table: readonly { state: string }[]) {
  const tasks = allStates(machine)
    .filter(({ Type }) => Type === 'Task')
    .map(({ name }) => name);
  expect(table.map(({ state }) => state).toSorted()).toStrictEqual(tasks.toSorted());
}

/** The last tests of a file: its runs came by everything. */
export function describeReached(bench: () => ReachedMachine): void {
  describe('the runs of this file', () => {
    it('come by every state, and so by every end', () => {
      expect(bench().reached.missingStates()).toStrictEqual([]);
    });

    it('meet every entry of every Retry and Catch', () => {
      expect(bench().reached.missingEntries()).toStrictEqual([]);
    });
  });
}
