import type { IamStatement } from './driver.ts';

/** A statement on `*`, where AWS allows nothing narrower, bound to one Region at least. */
export function inRegion(
  region: string,
  actions: readonly string[],
  because: string,
): IamStatement {
  return {
    actions,
    resources: ['*'],
    because,
    condition: { StringEquals: { 'aws:RequestedRegion': region } },
  };
}
