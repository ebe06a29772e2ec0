import type { Compared } from './compared.ts';
import { lostClasses } from './comparison.ts';

/** Where people put the report of a database: one folder each. */
export const folderOf = ({ id }: Pick<Compared, 'id'>): string => `report-${id}`;

/** How a person looks at one database, and decides. */
export function decideWords(compared: Compared): string[] {
  const { id, report, rows, counts, leftOut } = compared;
  const folder = folderOf(compared);
  // The writer's version is given up only where somebody names the table.
  const approved = lostClasses
    .filter((each) => counts[each] > 0)
    .map((each) => (each === 'conflict' || each === 'unclear' ? `TABLE:${each}` : each));
  return [
    `Fetch the report of ${id}: aws s3 cp --recursive ${report} ${folder}`,
    ...(rows === 0
      ? []
      : [
          `Apply what you decide of it: npx failover apply ${folder} --writer URL ` +
            `--approve ${approved.join(',')} --by NAME`,
        ]),
    ...(leftOut.length === 0
      ? []
      : [`Look by hand at what could not be compared of ${id}: its report names it.`]),
  ];
}
