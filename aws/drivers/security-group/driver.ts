import * as z from 'zod';
import { describeError, UnreachableError } from '../../../core/errors.ts';
import { judgeFenceProof } from '../../../core/fence-proof.ts';
import type { ProofOutcome } from '../../../core/fence-proof.ts';
import { NetworkError } from '../../../core/network.ts';
import { isFault } from '../../errors.ts';
import type { DriverContext, FenceResult, FencingDriver } from '../driver.ts';
import { parseSnapshot, toJson } from '../snapshot.ts';
import { authorizeIngress, IngressRule, readIngress, revokeIngress } from './ingress.ts';
import type { SecurityGroup } from './schema.ts';

/** How it was, as it is kept. */
export const Snapshot = z.strictObject({ rules: z.array(IngressRule) });

/**
 * Takes every ingress rule from the old primary's database security group, in the primary Region.
 * Connections that are tracked already may go on (Amazon EC2 User Guide, Security group connection
 * tracking), so that only a refused write confirms the fence. That Region may be the one that
 * failed: a fence that cannot be put up is a grade with its reason and not an exception, so that
 * the fences after it are still tried. Safe to repeat: the rules are read before and after.
 */
export const securityGroup: FencingDriver<SecurityGroup> = {
  async snapshot(config, context) {
    const rules = await readIngress(config, context);
    return toJson({ rules: rules.map((rule) => IngressRule.parse(rule)) });
  },

  async fence(config, context) {
    const revoked = await revokeAll(config, context);
    if (!revoked.isComplete) return revoked;
    if (config.proof === undefined)
      return { ...revoked, why: `${revoked.why} No proof is configured.` };
    const { outcome, why } = judgeFenceProof(await tryToWrite(config.proof, context));
    return { grade: outcome, isComplete: true, why: `${revoked.why} ${why}` };
  },

  async unfence(config, snapshot, context) {
    const { rules } = parseSnapshot(Snapshot, snapshot);
    // Without a look: a stale one that still shows the rules would leave the primary fenced.
    for (const rule of rules) await authorizeIngress(config, rule, context);
  },
};

/** Revokes what is there, then reads what is left: the read decides, not the call's answer. */
async function revokeAll(config: SecurityGroup, context: DriverContext): Promise<FenceResult> {
  let failure: string;
  try {
    failure = await revoke(config, context);
  } catch (error) {
    const why = `${config.groupId} could not be fenced. ${describeError(error)}`;
    return { grade: 'none', isComplete: false, why };
  }
  try {
    const left = (await readIngress(config, context)).length;
    const why = `${config.groupId} has ${left} ingress rules left.${failure}`;
    return { grade: 'attempted', isComplete: left === 0, why };
  } catch (error) {
    const why = `What is left of ${config.groupId} cannot be read. ${describeError(error)}`;
    return { grade: 'attempted', isComplete: false, why: `${why}${failure}` };
  }
}

/** A lost answer, and a rule that somebody else has just revoked, are settled by reading again. */
async function revoke(config: SecurityGroup, context: DriverContext): Promise<string> {
  const rules = await readIngress(config, context);
  try {
    await revokeIngress(config, rules, context);
    return '';
  } catch (error) {
    const gone = isFault(error, 'InvalidSecurityGroupRuleId.NotFound');
    if (gone || error instanceof UnreachableError) return ` ${describeError(error)}`;
    throw error;
  }
}

async function tryToWrite(
  proof: NonNullable<SecurityGroup['proof']>,
  { runtime }: DriverContext,
): Promise<ProofOutcome> {
  const { expectStatus } = proof;
  try {
    const { status } = await runtime.network.https(proof);
    return { answered: true, status, expectStatus };
  } catch (error) {
    return { answered: false, code: error instanceof NetworkError ? error.code : 'UNKNOWN' };
  }
}
