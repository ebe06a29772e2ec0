import type { Message } from '../../../core/messages.ts';
import type { Ses } from './schema.ts';

/** Who gets a mail, and the link to decide by; undefined for those who only look on. */
export interface Recipient {
  readonly address: string;
  readonly name: string | undefined;
  readonly link: string | undefined;
  /** Whether somebody who is asked can answer what they get; undefined for those who are not. */
  readonly canAnswer: boolean | undefined;
}

/**
 * Everybody who is told, each address once: those who are asked, with their link; those who were
 * asked, how it ended; and whoever is told of everything.
 */
export function recipientsOf({ to }: Pick<Ses, 'to'>, message: Message): Recipient[] {
  const { question, card, turn } = message;
  const ended = turn === 'ended' || turn === 'crashed' ? (card?.request?.approvers ?? []) : [];
  const concerned = question?.request.approvers ?? ended;
  const all = [
    ...concerned.flatMap(({ name, mail, iam }) => {
      if (mail === undefined) return [];
      const link = question?.links.get(name);
      // The mail names the commands, too.
      const canAnswer = question === null ? undefined : link !== undefined || iam !== undefined;
      return [{ address: mail, name, link, canAnswer }];
    }),
    ...to.map((address) => ({
      ...{ address, name: undefined, link: undefined, canAnswer: undefined },
    })),
  ];
  const first = new Map<string, Recipient>();
  for (const each of all) {
    const key = each.address.toLowerCase();
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}
