import type { Plan } from '../../plan.ts';
import type { Ses } from './schema.ts';

/**
 * What SES may know the sender by: the address, its domain, or a domain above that, which covers
 * its subdomains.
 */
export function senderIdentities(address: string): string[] {
  const domain = domainOf(address);
  const labels = domain.split('.');
  const domains = labels.map((_, index) => labels.slice(index).join('.'));
  return [address, ...domains.filter((each) => each.includes('.'))];
}

/** The part of an address after the `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Everybody whom this channel may write to, each once. */
export function mailAddresses(
  { to }: Pick<Ses, 'to'>,
  { authorization }: Pick<Plan, 'authorization'>,
): string[] {
  const { approvers, onExpiry } = authorization;
  const second = onExpiry.action === 'escalate' ? onExpiry.approvers : [];
  const asked = [...approvers, ...second].flatMap(({ mail }) => mail ?? []);
  return [...new Map([...to, ...asked].map((each) => [each.toLowerCase(), each])).values()];
}
