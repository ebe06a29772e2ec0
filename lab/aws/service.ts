import type * as z from 'zod';
import type { World } from '../world/world.ts';

/** What a call is answered from. */
export interface CallContext {
  readonly world: World;
  /** The Region that the client was built for. */
  readonly region: string;
}

/** Answers one command. The input is what the SDK was given, not yet looked at. */
export type Call = (input: unknown, context: CallContext) => object | Promise<object>;

/** The commands of a service that the lab models, by the SDK's name for the command. */
export type Service = Readonly<Record<string, Call>>;

/** A call or an attribute that the lab does not model. Never ignored: it would be a lie. */
export class UnmodelledCallError extends Error {
  override readonly name = 'UnmodelledCallError';
}

/**
 * Models a command: exactly these attributes. One that the schema lacks is an error, so that
 * nothing that the code asks for is silently left out.
 */
export function modelled<Input extends z.ZodType>(
  command: string,
  input: Input,
  answer: (input: z.infer<Input>, context: CallContext) => object | Promise<object>,
): Service {
  return {
    [command]: (given, context) => {
      const parsed = input.safeParse(given);
      if (!parsed.success) {
        throw new UnmodelledCallError(`The lab does not model this ${command}: ${parsed.error}`);
      }
      return answer(parsed.data, context);
    },
  };
}

/** An error as the SDK throws those that it has no class for: `name` is the wire code. */
export function serviceError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, Code: name, $fault: 'client' });
}
