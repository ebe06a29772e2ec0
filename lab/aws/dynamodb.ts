import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { throughWire } from '../asl/json.ts';
import type { World } from '../world/world.ts';
import type { Bindings, Item } from './dynamodb-expressions.ts';
import { holds, update } from './dynamodb-expressions.ts';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

const Attributes = z.custom<Record<string, AttributeValue>>(
  (value) => typeof value === 'object' && value !== null,
);
const bindings = {
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: Attributes.optional(),
};
const Put = z.strictObject({
  TableName: z.string(),
  Item: Attributes,
  ConditionExpression: z.string().optional(),
  ...bindings,
});
const Update = z.strictObject({
  TableName: z.string(),
  Key: Attributes,
  UpdateExpression: z.string(),
  ConditionExpression: z.string().optional(),
  ...bindings,
});

/** DynamoDB in one Region: consistent, with conditions that really decide. */
export const dynamoDb: Service = {
  ...modelled(
    'GetItemCommand',
    z.strictObject({ TableName: z.string(), Key: Attributes, ConsistentRead: z.literal(true) }),
    ({ TableName, Key }, { world }) => {
      const item = world.items.get(keyOf(TableName, Key));
      return item === undefined ? {} : { Item: imageOf(item) };
    },
  ),

  ...modelled('PutItemCommand', Put, (input, { world }) => {
    if (!allows(input, keyOf(input.TableName, input.Item), world)) throw conditionFailed();
    put(input, world);
    return {};
  }),

  ...modelled('UpdateItemCommand', Update, (input, { world }) => {
    if (!allows(input, keyOf(input.TableName, input.Key), world)) throw conditionFailed();
    change(input, world);
    return {};
  }),

  ...modelled(
    'TransactWriteItemsCommand',
    z.strictObject({
      TransactItems: z.array(z.union([z.strictObject({ Put }), z.strictObject({ Update })])),
    }),
    ({ TransactItems }, { world }) => {
      const verdicts = TransactItems.map((each) =>
        'Put' in each
          ? allows(each.Put, keyOf(each.Put.TableName, each.Put.Item), world)
          : allows(each.Update, keyOf(each.Update.TableName, each.Update.Key), world),
      );
      if (verdicts.includes(false)) throw transactionCancelled(verdicts);
      for (const each of TransactItems) {
        if ('Put' in each) put(each.Put, world);
        else change(each.Update, world);
      }
      return {};
    },
  ),

  ...modelled(
    'QueryCommand',
    z.strictObject({
      TableName: z.string(),
      KeyConditionExpression: z.literal('pk = :pk AND begins_with(sk, :prefix)'),
      ExpressionAttributeValues: Attributes,
      ConsistentRead: z.literal(true),
    }),
    ({ TableName, ExpressionAttributeValues }, { world }) => {
      const values = unmarshall(ExpressionAttributeValues);
      const prefix = `${TableName}|${String(values[':pk'])}|${String(values[':prefix'])}`;
      const found = world.items.under(prefix);
      return { Items: found.map(([, item]) => imageOf(item)) };
    },
  ),
};

function keyOf(table: string, attributes: Record<string, AttributeValue>): string {
  const { pk, sk } = textsOf(attributes);
  return `${table}|${String(pk)}|${String(sk)}`;
}

/** Both parts of a key are text. */
function textsOf({ pk, sk }: Record<string, AttributeValue>): { pk: unknown; sk: unknown } {
  return { pk: pk?.S, sk: sk?.S };
}

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

function bindingsOf(input: Conditional): Bindings {
  return {
    names: input.ExpressionAttributeNames ?? {},
    values: unmarshall(input.ExpressionAttributeValues ?? {}),
  };
}

function allows(input: Conditional, key: string, world: World): boolean {
  const { ConditionExpression: condition } = input;
  return condition === undefined || holds(condition, world.items.get(key), bindingsOf(input));
}

function put({ TableName, Item: given }: z.infer<typeof Put>, world: World): void {
  const item = unmarshall(given);
  // What was put is its own image; a copy, as whoever put it may go on with the original.
  images.set(item, Attributes.parse(throughWire(given)));
  store(keyOf(TableName, given), item, world);
}

/** Keeps an item, and hands it to the table's stream. */
function store(key: string, item: Item, world: World): void {
  world.items.set(key, item);
  const image = imageOf(item);
  const { pk, sk } = image;
  world.onItemWritten({ ...(pk && { pk }), ...(sk && { sk }) }, image);
}

const images = new WeakMap<Item, Record<string, AttributeValue>>();

/** An item in DynamoDB's own form. Items are replaced and never changed: it is made once. */
function imageOf(item: Item): Record<string, AttributeValue> {
  const known = images.get(item);
  if (known !== undefined) return known;
  const image = Attributes.parse(throughWire(marshall(item)));
  images.set(item, image);
  return image;
}

function change(input: z.infer<typeof Update>, world: World): void {
  const key = keyOf(input.TableName, input.Key);
  const before: Item = world.items.get(key) ?? unmarshall(input.Key);
  store(key, update(input.UpdateExpression, before, bindingsOf(input)), world);
}

function conditionFailed(): Error {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
  });
}

function transactionCancelled(verdicts: readonly boolean[]): Error {
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: verdicts.map((isFine) =>
      isFine ? { Code: 'None' } : { Code: 'ConditionalCheckFailed' },
    ),
  });
}
