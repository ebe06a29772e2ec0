import type { Property } from './properties.ts';

/** Which rules a protocol keeps. Everything that differs between variants is data here. */
export interface Variant {
  readonly id: string;
  /** What it stands for, in a sentence. */
  readonly about: string;
  /** Whether what it describes is deployed today; anything else is labelled in the report. */
  readonly inProduct: boolean;
  /** What must be true before the last look: core/authorization.ts has the fence gate. */
  readonly gate: 'none' | 'fence' | 'lease';
  /** What an unconfirmed fence leads to: `authorization.unfenced.policy` in the plan. */
  readonly unfenced: 'refuse' | 'ask';
  /** Nobody fences while the undo of a run that lost the lock may still land: WaitForOlderRun. */
  readonly settles: boolean;
  /** The claim fails if a promotion was asked for since triage read the lock. */
  readonly claimSeesPromotion: boolean;
  /** Only a write that is refused confirms a fence: a silence does not. */
  readonly needsRefusal: boolean;
  /** LastLook: a primary that is seen alive vetoes. */
  readonly looksLast: boolean;
  /** FencePrimary and StandDown read the lock first: `assertHolder`. */
  readonly assertsHolder: boolean;
  /** PromoteDatabase reads the role before it asks. */
  readonly readsRole: boolean;
  /** StandDown refuses once a promotion was asked for. */
  readonly onlyForward: boolean;
  /** The intent is written only by who holds the lock, also after a redrive. */
  readonly intentNeedsLock: boolean;
  /** The database refuses a request to promote what is no replica, as RDS does. */
  readonly databaseRefuses: boolean;
  /** The lease is waited for as long as it may still last. */
  readonly waitsForLease: boolean;
}

const product: Omit<Variant, 'id' | 'about'> = {
  inProduct: true,
  gate: 'fence',
  unfenced: 'refuse',
  settles: true,
  claimSeesPromotion: true,
  needsRefusal: true,
  looksLast: true,
  assertsHolder: true,
  readsRole: true,
  onlyForward: true,
  intentNeedsLock: true,
  databaseRefuses: true,
  waitsForLease: true,
};

/** The protocol with the product's rules, and with fewer or other ones. */
export const variants: readonly Variant[] = [
  {
    ...product,
    id: 'lockOnly',
    about: 'a lock with epochs and nothing else: no fence is asked for',
    inProduct: false,
    gate: 'none',
  },
  {
    ...product,
    id: 'fenceGate',
    about: 'the product with `unfenced: refuse`: promotes only behind a confirmed fence',
  },
  {
    ...product,
    id: 'humanAccepts',
    about: 'the product with `unfenced: ask`: a human may accept an unfenced primary',
    unfenced: 'ask',
  },
  {
    ...product,
    id: 'lease',
    about: 'the primary takes writes only while it holds a lease that it renews at the lock store',
    inProduct: false,
    settles: false,
    gate: 'lease',
  },
];

/** A deliberate bug, and the property that must find it. */
export interface BrokenVariant extends Variant {
  readonly caughtBy: Property['id'];
}

const broken = { ...product, inProduct: false };

/** Rules that were taken out. Each is the safe protocol but for what its id says. */
export const brokenVariants: readonly BrokenVariant[] = [
  {
    ...broken,
    id: 'undoNotAwaited',
    about: 'nobody waits for the undo of an older run that may still land',
    settles: false,
    caughtBy: 'S1',
  },
  {
    ...broken,
    id: 'silenceConfirms',
    about: 'a primary that does not answer is taken for one that is fenced',
    needsRefusal: false,
    caughtBy: 'S1',
  },
  {
    ...broken,
    id: 'dropLastLook',
    about: 'nobody looks again after a human accepted an unfenced primary',
    unfenced: 'ask',
    looksLast: false,
    caughtBy: 'S5',
  },
  {
    ...broken,
    id: 'dropAssertHolder',
    about: 'who lost the lock goes on fencing and standing down',
    assertsHolder: false,
    caughtBy: 'S12',
  },
  {
    ...broken,
    id: 'promoteBlindly',
    about: 'the role is not read, and the database does not refuse a second promotion',
    readsRole: false,
    databaseRefuses: false,
    caughtBy: 'S8',
  },
  {
    ...broken,
    id: 'unfenceAfterPromote',
    about: 'a run that fails after it asked for the promotion stands down',
    onlyForward: false,
    caughtBy: 'S12',
  },
  {
    ...broken,
    id: 'redrivePromotesAgain',
    about: 'the intent is written without the lock, so that a redrive can promote once more',
    intentNeedsLock: false,
    caughtBy: 'S8',
  },
  {
    ...broken,
    id: 'promoteBeforeLeaseEnds',
    about: 'the lease is taken for expired one tick too early',
    gate: 'lease',
    waitsForLease: false,
    caughtBy: 'S1',
  },
  {
    ...broken,
    id: 'claimForgetsPromotion',
    about:
      'the claim does not look at a promotion that was asked for since triage, as in the product',
    claimSeesPromotion: false,
    caughtBy: 'S9',
  },
];
