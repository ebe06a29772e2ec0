import * as z from 'zod';
import { failure } from '../lab/virtual/scene.ts';
import { pause } from './switchover-hooks.ts';
import type { Story } from './reconcile-scene.ts';

/** A reconciliation, and how it must end. */
export interface Told {
  readonly name: string;
  readonly story: Partial<Story>;
  readonly end: string;
  readonly by?: readonly string[];
  readonly notBy?: readonly string[];
  /** What its cause or its output says. */
  readonly cause?: string;
  /** Writes that the writer is given; all that are lost, unless told. */
  readonly given?: readonly number[];
  readonly isAccountClosed: boolean;
}

/** Scenes whose first turn has ended. */
const turned = new WeakSet<object>();

/** The function of a state does its work, and answers something else. */
const answers = (state: string, answer: (given: object) => object): Story['around'] => {
  return async ({ stateName }, run) => {
    const given: unknown = await run();
    return stateName === state ? answer(given instanceof Object ? given : {}) : given;
  };
};

const OfUsers = z.object({ database: z.object({ id: z.literal('users') }) });

/** The function of a state fails for good for the database `users`. */
const failsForUsers = (state: string): Story['around'] => {
  return async ({ stateName, payload }, run) => {
    if (stateName === state && OfUsers.safeParse(payload).success)
      throw failure('NotReadyError', 'users is locked.');
    return await run();
  };
};

type Stage = Parameters<NonNullable<Story['onState']>>[1];

const group = 'sg-0123456789abcdef0';
const rules = new WeakMap<Stage['world'], object[]>();

/** The group of the old primary's fence cannot be found, until it is shown again. */
const hide = ({ world }: Stage): void => {
  rules.set(world, world.ingress.get(group) ?? []);
  world.ingress.delete(group);
};
const show = ({ world }: Stage): void => {
  world.ingress.set(group, rules.get(world) ?? []);
};

const failed = 'ReconciliationFailed';
const open = { isAccountClosed: false, given: [] } as const;

/** Each way in which a reconciliation ends without anything being broken for good. */
export const stories: readonly Told[] = [
  {
    name: 'applies what never crossed, and closes the account',
    story: {},
    ...{ end: 'Reconciled', by: ['PreserveEvidence', 'CompareAgain'], isAccountClosed: true },
  },
  {
    name: 'closes the account at once where nothing is missing, and asks nobody',
    story: { lost: [], answer: undefined },
    ...{ end: 'Reconciled', notBy: ['JudgeApproval', 'ApplyDatabases'], isAccountClosed: true },
  },
  {
    name: 'tries a fence again that is not complete at once',
    story: {
      arrange: hide,
      onState: (name, stage) => {
        if (name === 'WaitForFence') show(stage);
      },
    },
    ...{ end: 'Reconciled', by: ['WaitForFence'], isAccountClosed: true },
  },
  {
    name: 'compares nothing before the snapshot is available',
    story: {},
    ...{ end: 'Reconciled', by: ['WaitForSnapshot'], isAccountClosed: true },
  },
  {
    name: 'goes on applying where the time of a turn ended',
    story: {
      around: async ({ stateName }, run, { clock }) => {
        const given = await run();
        const isFirst = stateName === 'ApplyWrites' && !turned.has(clock);
        if (isFirst) turned.add(clock);
        const progress = { at: 0, waiting: [], idle: 0, first: null };
        return isFirst ? Object.assign({}, given, { isComplete: false, progress }) : given;
      },
    },
    ...{ end: 'Reconciled', by: ['CompareAgain'], isAccountClosed: true },
  },
  {
    name: 'fails where a turn was stopped on the way, and tells what was applied until then',
    story: {
      around: answers('ApplyWrites', (given) => ({
        ...given,
        ...{ isComplete: false, problem: { error: 'NotReadyError', why: 'It is paused.' } },
      })),
    },
    ...{ end: failed, by: ['WritesApplied'], notBy: ['CompareAgain'], isAccountClosed: false },
    cause: 'Applied: orders: 3 rows',
  },
  {
    name: 'compares, applies and closes two databases, each by its own report',
    story: { users: true },
    ...{ end: 'Reconciled', by: ['CompareAgain'], isAccountClosed: true },
  },
  {
    name: 'applies nothing and asks nobody if one of two databases could not be compared',
    story: { users: true, around: failsForUsers('CompareDatabase') },
    ...{ end: failed, by: ['DatabaseNotCompared'], notBy: ['JudgeApproval'], ...open },
    cause: 'users is locked.',
  },
  {
    name: 'names the report of the other database then',
    story: { users: true, around: failsForUsers('CompareDatabase') },
    ...{ end: failed, cause: 'Found: orders: 3 inserted on the old primary only', ...open },
  },
  {
    name: 'applies to one database what it cannot apply to the other, and says so',
    story: { users: true, around: failsForUsers('ApplyWrites') },
    ...{ end: failed, by: ['WritesNotApplied'], notBy: ['CompareAgain'], isAccountClosed: false },
    cause: 'Applied: orders: 3 rows',
  },
  {
    name: 'closes no account if one of two databases could not be compared again',
    story: { users: true, around: failsForUsers('CompareDatabaseAgain') },
    ...{ end: failed, by: ['DatabaseNotComparedAgain'], isAccountClosed: false },
    cause: 'users is locked.',
  },
  ...['CompareDatabase', 'ApplyWrites', 'CompareDatabaseAgain'].map((state) => ({
    name: `takes an answer of ${state} that says nothing for no result`,
    story: { around: answers(state, () => ({ isComplete: true })) },
    ...{ end: failed, isAccountClosed: false, cause: 'neither a result nor a problem' },
    given: state === 'CompareDatabase' ? [] : [1, 2, 3],
  })),
  {
    name: 'asks nobody, and leaves to people what the plan lets nobody approve',
    story: { section: { apply: ['orders:conflict'] } },
    ...{
      end: 'Unreconciled',
      notBy: ['JudgeApproval'],
      cause: '3 inserted on the old primary only',
      ...open,
    },
  },
  {
    name: 'applies nothing if somebody says no',
    story: { answer: 'reject' },
    ...{ end: 'Rejected', notBy: ['ApplyDatabases'], ...open },
  },
  {
    name: 'applies nothing if nobody says anything',
    story: { answer: undefined },
    ...{ end: 'Expired', notBy: ['ApplyDatabases'], ...open },
  },
  {
    name: 'is declined while the plan is paused, and fences nothing',
    story: { arrange: pause },
    ...{ end: 'Declined', notBy: ['FenceOldPrimary'], cause: 'kill switch', ...open },
  },
  {
    name: 'applies nothing once the plan is paused, whatever was approved',
    story: {
      onState: (name, stage) => {
        if (name === 'IsApproved') pause(stage);
      },
    },
    ...{ end: 'ReconciliationFailed', by: ['WritesNotApplied'], cause: 'paused', ...open },
  },
];
