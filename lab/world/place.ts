/** A Region of the plan, by its role in the plan: the roles never change, whoever serves. */
export type Place = 'primary' | 'standby';

/** The other one. */
export const otherPlace = (place: Place): Place => (place === 'primary' ? 'standby' : 'primary');
