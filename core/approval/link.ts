/** What a personal link says, once its signature is found good. */
export interface Link {
  readonly incidentId: string;
  /** The approver's name in the list. */
  readonly approver: string;
  /** The evidence that the approver was shown. */
  readonly evidenceDigest: string;
  /** ISO 8601. The question may expire earlier. */
  readonly expiresAt: string;
}

/** Why a token is not taken for what it says. */
export type TokenFault = 'missing' | 'malformed' | 'badSignature' | 'expired' | 'wrongIncident';

/** What a link came to. `link` is what a good signature vouches for, even if it is refused. */
export type LinkReading =
  | { readonly ok: true; readonly link: Link }
  | { readonly ok: false; readonly fault: TokenFault; readonly link: Link | undefined };

/** A sentence for each fault, for the person who followed the link. */
export const linkFaults: Readonly<Record<TokenFault, string>> = {
  missing: 'The address lacks its personal part. Follow the link in the message as it is.',
  malformed: 'The address was changed or cut off. Follow the link in the message as it is.',
  badSignature: 'This link was not made here, or its key is no longer valid.',
  expired: 'It was good for a while only. Look for a newer message about the incident.',
  wrongIncident: 'This link belongs to another incident.',
};
