import { countOf, oneLine } from '../text.ts';
import type { NamedDifference, Reading } from './difference.ts';
import { byDanger, dangers } from './difference.ts';

/** What a report of drift is made of. */
export interface DriftReport {
  readonly plan: string;
  /** Whose snapshots say how things were before; undefined if no incident's do. */
  readonly incidentId: string | undefined;
  /** Why that one, or why none: a sentence. */
  readonly why: string;
  readonly readings: readonly Reading[];
}

const LONGEST = 2000;
/** Words from AWS on one line of their own, whatever they hold. */
const line = (text: string, indent = ''): string => indent + oneLine(text, LONGEST);

/**
 * When code undoes what it does not know of. Terraform reads what there is and makes it what the
 * code says (Terraform CLI, `terraform plan`). CloudFormation compares the template with its last
 * one, and leaves alone what did not change there (User Guide, Understand update behaviors of stack
 * resources); of a resource that did change it may write the rest, too: the count of an ECS service
 * for one (aws/containers-roadmap#493). Drift-aware change sets compare with what there is (User
 * Guide, Using drift-aware change sets); CDK makes one with `--revert-drift`
 * (aws/aws-cdk-cli#1127).
 */
const howToolsUndo = [
  'Terraform undoes at its next apply what its code says otherwise.',
  'CloudFormation and CDK can, as soon as such a resource changes in the template, or by a change ' +
    'set that reverts drift.',
];

const tools = [
  { name: 'Terraform', of: ({ change }: NamedDifference) => change.terraform },
  { name: 'CloudFormation', of: ({ change }: NamedDifference) => change.cloudFormation },
  { name: 'CDK', of: ({ change }: NamedDifference) => change.cdk },
];

/** The report for people: what differs, the most dangerous first; then what nobody could read. */
export function driftLines({ plan, incidentId, why, readings }: DriftReport): string[] {
  const differences = byDanger(readings);
  const unread = readings.flatMap((each) => (each.outcome === 'unread' ? each : []));
  const same = readings.flatMap((each) => (each.outcome === 'same' ? each : []));
  return [
    line(
      `${plan}: ${countOf(differences.length, 'difference')}, ` +
        `${unread.length} not read, ${same.length} without drift`,
    ),
    line(
      `Before: ${incidentId === undefined ? 'the plan' : `incident ${incidentId}`}. ${why}`,
      '  ',
    ),
    ...(differences.length === 0 ? [] : howToolsUndo.map((each) => line(each, '  '))),
    ...differences.flatMap(differenceLines),
    ...section('Not read: whether these drifted is not known', unread),
    ...section('Without drift', same),
  ];
}

function differenceLines(difference: NamedDifference, index: number): string[] {
  const danger = dangers.find(({ id }) => id === difference.danger)?.words ?? difference.danger;
  return [
    '',
    line(`${index + 1}. ${difference.what}`),
    line(`Danger: ${danger}`, '   '),
    line(`Found: ${difference.found}`, '   '),
    line(`Before: ${difference.before}`, '   '),
    line(`Apply: ${difference.apply}`, '   '),
    ...tools.flatMap((tool) => [
      `   ${tool.name}`,
      ...tool.of(difference).map((each) => line(each, '     - ')),
    ]),
  ];
}

function section(
  title: string,
  readings: readonly { readonly what: string; readonly why: string }[],
): string[] {
  if (readings.length === 0) return [];
  return ['', title, ...readings.map(({ what, why }) => line(`${what}: ${why}`, '  '))];
}
