import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

/** What the table's stream hands to a function; AWS sends more. */
export const StreamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        /** In DynamoDB's own form; a deletion has none. */
        NewImage: z.record(z.string(), z.unknown()).optional(),
      }),
    }),
  ),
});

/** An item as the stream gives it, in DynamoDB's own form. */
export type Image = Readonly<Record<string, unknown>>;

/** An item as it was written, and the number under which the stream knows the write. */
export interface Change {
  readonly image: Image;
  readonly number: string;
}

/** The writes of an event, oldest first; deletions are left out. */
export function changesOf({ Records }: z.infer<typeof StreamEvent>): readonly Change[] {
  return Records.flatMap(({ dynamodb: { NewImage: image, SequenceNumber: number } }) =>
    image === undefined ? [] : [{ image, number }],
  );
}

/** Asks Lambda for this change again, and for those after it; undefined: everything is done. */
export function againFrom(change: Change | undefined): {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
} {
  return { batchItemFailures: change === undefined ? [] : [{ itemIdentifier: change.number }] };
}

const Attributes = z.custom<Record<string, AttributeValue>>(
  (value) => typeof value === 'object' && value !== null,
);
const Item = z.looseObject({ pk: z.string(), sk: z.string() });
/** An item of the table, of which only the key is known. */
export type Item = z.infer<typeof Item>;

/** The item in plain values. */
export function itemOf(image: Image): Item {
  return Item.parse(unmarshall(Attributes.parse(image)));
}
