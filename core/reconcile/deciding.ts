import type { Compared } from './compared.ts';

/** Where people put the report of a database: one folder each. */
export const folderOf = ({ id }: Pick<Compared, 'id'>): string => `report-${id}`;

/** How a person looks at one database, and decides. */
export function decideWords(compared: Compared): string[] {
  const { id, report, rows, counts, leftOut } = compared;
  const folder = folderOf(compared);
  const classes = (['lostInsert', 'lostUpdate', 'lostDelete'] as const).filter(
    (each) => counts[each] > 0,
  );
  const approved =
    classes.length === 0 ? '--row TABLE:KEY=VALUE' : `--approve ${classes.join(',')}`;
  return [
    `Fetch the report of ${id}: aws s3 cp --recursive ${report} ${folder}`,
    ...(rows === 0
      ? []
      : [
          `Apply what you decide of it: npx failover apply ${folder} --writer URL ${approved} --by NAME`,
        ]),
    ...(leftOut.length === 0
      ? []
      : [`Look by hand at what could not be compared of ${id}: its report names it.`]),
  ];
}
