import { secondsBetween } from '../incident.ts';
import type { Rule } from '../rules.ts';

/** A database instance as its control plane tells of it now; `absent` if there is none. */
export type InstanceState =
  'follows' | 'becoming' | 'strange' | 'available' | 'changing' | 'unusable' | 'absent';

/** The names by which an old instance and its snapshot are kept. */
export interface KeptNames {
  readonly instance: string;
  readonly snapshot: string;
}

/** What is known of a replica that is to be there, each time the step looks at it. */
export interface RebuildFacts {
  /** The instance that has the replica's name. */
  readonly replica: InstanceState;
  /** The instance that had it before, under the name by which it is kept. */
  readonly kept: InstanceState;
  /** The snapshot of the old instance; its status in the provider's words. */
  readonly snapshot: string | undefined;
  /** Whether the replica has the settings of the old instance that it could not be made with. */
  readonly isConfigured: boolean;
  /** When this run asked for the other name, for the replica, and for its settings, if it did. */
  readonly renameAskedAt: string | undefined;
  readonly createAskedAt: string | undefined;
  readonly configureAskedAt: string | undefined;
  /** The provider's own words on the instance, for people. */
  readonly words: string;
  readonly startedAt: string;
  readonly deadlineSeconds: number;
  readonly now: Date;
}

/** After this the control plane must show what was asked of it. */
const UNSEEN_SECONDS = 600;

const isUnseen = (askedAt: string | undefined, now: Date): boolean =>
  askedAt !== undefined && secondsBetween(askedAt, now) < UNSEEN_SECONDS;

/** What the step may ask a control plane for. */
export type RebuildCall = 'preserve' | 'rename' | 'create' | 'configure';

/** A call is made once a turn; `wait` polls; the others end the loop. */
export type RebuildOutcome = RebuildCall | 'wait' | 'done' | 'failed';

/**
 * Makes a replica where an old writer is. Nothing of it is deleted: a snapshot is made and seen to
 * be there, then it gets another name, and the replica gets its old one, so that host names last.
 * What a replica cannot be made with it gets once it follows. The first row that matches decides.
 */
export const rebuildRules: readonly Rule<RebuildFacts, RebuildOutcome>[] = [
  {
    id: 'follows',
    when: ({ replica, isConfigured }) => replica === 'follows' && isConfigured,
    then: 'done',
    why: 'The replica follows the writer.',
  },
  {
    id: 'deadline-passed',
    when: ({ startedAt, deadlineSeconds, now }) => secondsBetween(startedAt, now) > deadlineSeconds,
    then: 'failed',
    why: 'The replica did not follow in time.',
    detail: ({ deadlineSeconds, words }) => `${deadlineSeconds} s passed. ${words}`,
  },
  {
    id: 'not-configured-yet',
    when: ({ replica, configureAskedAt, now }) =>
      replica === 'follows' && isUnseen(configureAskedAt, now),
    then: 'wait',
    why: 'The replica follows. Its settings were asked for; the control plane does not show them yet.',
  },
  {
    id: 'configure',
    when: ({ replica }) => replica === 'follows',
    then: 'configure',
    why:
      'The replica follows, and gets the parameter group of the old instance. It applies with the ' +
      'next reboot; a promotion is one.',
  },
  {
    id: 'becoming',
    when: ({ replica }) => replica === 'becoming',
    then: 'wait',
    why: 'The replica is being made, or catches up.',
    detail: ({ words }) => words,
  },
  {
    id: 'strange',
    when: ({ replica }) => replica === 'strange',
    then: 'failed',
    why: 'The instance follows another one than the plan says. It is left alone.',
    detail: ({ words }) => words,
  },
  {
    id: 'unusable',
    when: ({ replica }) => replica === 'unusable',
    then: 'failed',
    why: 'The instance can be neither kept nor replaced as it is. It is left alone.',
    detail: ({ words }) => words,
  },
  {
    id: 'changing',
    when: ({ replica, kept }) => replica === 'changing' || kept === 'changing',
    then: 'wait',
    why: 'The old instance is changing.',
    detail: ({ words }) => words,
  },
  {
    id: 'not-visible-yet',
    when: ({ replica, kept, renameAskedAt, createAskedAt, now }) =>
      (isUnseen(renameAskedAt, now) && (replica === 'available' || kept === 'absent')) ||
      (isUnseen(createAskedAt, now) && replica === 'absent'),
    then: 'wait',
    why: 'It was asked for; the control plane does not show it yet.',
  },
  {
    id: 'kept-and-there',
    when: ({ replica, kept }) => replica === 'available' && kept !== 'absent',
    then: 'failed',
    why: 'The old instance is kept already, and another one has its old name. Both are left alone.',
  },
  {
    id: 'preserve',
    when: ({ replica, snapshot }) => replica === 'available' && snapshot === undefined,
    then: 'preserve',
    why: 'The old instance is kept as a snapshot first.',
  },
  {
    id: 'snapshot-failed',
    when: ({ snapshot }) => snapshot === 'failed',
    then: 'failed',
    why: 'The snapshot of the old instance failed. Nothing was replaced.',
  },
  {
    id: 'preserving',
    when: ({ replica, snapshot }) => replica === 'available' && snapshot !== 'available',
    then: 'wait',
    why: 'The snapshot of the old instance is being made.',
    detail: ({ snapshot }) => `Status: ${snapshot ?? 'unknown'}.`,
  },
  {
    id: 'rename',
    when: ({ replica }) => replica === 'available',
    then: 'rename',
    why: 'The snapshot is there: the old instance gets another name.',
  },
  {
    id: 'nothing-to-copy',
    when: ({ kept }) => kept !== 'available',
    then: 'failed',
    why:
      'There is no old instance to take the settings of the replica from. Create the replica by ' +
      'hand, and start again.',
  },
  {
    id: 'create',
    when: () => true,
    then: 'create',
    why: 'The old instance is kept under another name: the replica is made under its old one.',
  },
];
