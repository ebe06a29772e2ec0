import * as z from 'zod';

const EXPRESSION = /^\{%[^]*%\}$/;

/** A whole number in a range, or an expression for one. */
function numberOrExpression(minimum: number, maximum = 99_999_999) {
  const error = `must be a whole number from ${minimum} to ${maximum}, or a "{% %}" expression`;
  const isFine = (value: number | string) =>
    typeof value === 'string'
      ? EXPRESSION.test(value)
      : Number.isInteger(value) && value >= minimum && value <= maximum;
  return z.union([z.number(), z.string()], { error }).refine(isFine, { error });
}

const expression = z.string().regex(EXPRESSION, { error: 'must be a "{% %}" expression' });
const payload = z.json();
const assign = z.record(z.string(), z.json());

const common = {
  Comment: z.string().optional(),
  QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional(),
};
const flow = { Next: z.string().optional(), End: z.literal(true).optional() };
const results = { Output: payload.optional(), Assign: assign.optional() };

/** One entry of Retry, with the defaults AWS documents. */
export const retrierSchema = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.number().int().min(1).max(99_999_999).default(1),
  MaxAttempts: z.number().int().min(0).max(99_999_999).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.number().int().min(1).max(31_622_399).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});

/** One entry of Catch. */
export const catcherSchema = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  Output: payload.optional(),
  Assign: assign.optional(),
});

const choiceRule = z.strictObject({
  Comment: z.string().optional(),
  Condition: z.union([z.boolean(), expression], {
    error: 'must be true, false or a "{% %}" expression',
  }),
  Next: z.string(),
  Output: payload.optional(),
  Assign: assign.optional(),
});

const errors = {
  Retry: z.array(retrierSchema).optional(),
  Catch: z.array(catcherSchema).optional(),
};

/** Which fields each type of state may have. Whatever is not here is refused, never ignored. */
export const stateSchemas = {
  Task: z.strictObject({
    ...common,
    ...flow,
    ...results,
    ...errors,
    Type: z.literal('Task'),
    Resource: z.string(),
    Arguments: payload.optional(),
    TimeoutSeconds: numberOrExpression(1).optional(),
    HeartbeatSeconds: numberOrExpression(1).optional(),
  }),
  Parallel: z.strictObject({
    ...common,
    ...flow,
    ...results,
    ...errors,
    Type: z.literal('Parallel'),
    Branches: z.array(z.unknown()).min(1),
    Arguments: payload.optional(),
  }),
  Map: z.strictObject({
    ...common,
    ...flow,
    ...results,
    ...errors,
    Type: z.literal('Map'),
    ItemProcessor: z.unknown(),
    Items: z
      .union([z.array(payload), expression], { error: 'must be an array or a "{% %}" expression' })
      .optional(),
    ItemSelector: payload.optional(),
    MaxConcurrency: numberOrExpression(0).optional(),
  }),
  Choice: z.strictObject({
    ...common,
    ...results,
    Type: z.literal('Choice'),
    Choices: z.array(choiceRule).min(1),
    Default: z.string().optional(),
  }),
  Wait: z.strictObject({
    ...common,
    ...flow,
    ...results,
    Type: z.literal('Wait'),
    Seconds: numberOrExpression(0).optional(),
    Timestamp: z.string().optional(),
  }),
  Pass: z.strictObject({ ...common, ...flow, ...results, Type: z.literal('Pass') }),
  Succeed: z.strictObject({ ...common, Type: z.literal('Succeed'), Output: payload.optional() }),
  Fail: z.strictObject({
    ...common,
    Type: z.literal('Fail'),
    Error: z.string().optional(),
    Cause: z.string().optional(),
  }),
};

/** The outermost object of a definition. */
export const machineSchema = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional(),
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: z.number().int().min(1).max(99_999_999).optional(),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});

/** A branch of a Parallel state. */
export const branchSchema = z.strictObject({
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});

/** The ItemProcessor of a Map state: inline only. */
export const processorSchema = branchSchema.extend({
  ProcessorConfig: z
    .strictObject({
      Mode: z.literal('INLINE', { error: 'must be INLINE: distributed maps are not modelled' }),
    })
    .optional(),
});
