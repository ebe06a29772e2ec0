import { stringify } from 'yaml';
import { checkFiles, checkPlan, formatProblems } from '../aws/plan-file.ts';
import { isReversible, reversePlan } from '../aws/reverse-plan.ts';
import type { CommandIo } from './plan.ts';

/**
 * `failover plan reverse`: the plan that protects the service in the other Region, once it has moved
 * there. What keeps it from being deployed as it is (a topic of that Region, say) is told beside it.
 * @returns the exit code: 0 printed, 1 there is none, 2 wrong usage
 */
export async function reverse(file: string, io: CommandIo): Promise<number> {
  const [checked, ...others] = await checkFiles([file]);
  if (checked === undefined || others.length > 0) {
    io.err(`${file} has several plans; reverse takes one file.`);
    return 2;
  }
  const { plan, problems } = checked;
  if (plan === undefined || problems.length > 0) {
    for (const line of formatProblems(problems, file)) io.err(line);
    return 1;
  }
  if (!isReversible(plan)) {
    io.err(`${file}: found no section failback; expected one, which says what the way back needs.`);
    return 1;
  }
  const { primary, standby } = plan.regions;
  const text =
    `# ${plan.name} reversed: ${standby} is the primary, ${primary} the standby. Deploy it as a stack\n` +
    `# of its own in ${primary} once the service is in ${standby}.\n${stringify(reversePlan(plan))}`;
  io.out(text.trimEnd());
  const result = checkPlan(text, 'reversed');
  if (result.ok) return 0;
  io.err('To be changed before it is deployed:');
  for (const line of formatProblems(result.problems, 'reversed')) io.err(line);
  return 0;
}
