import type { TaskKind } from './definition.ts';

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const INVOKE = /^arn:aws[a-z-]*:states:::lambda:invoke(\.waitForTaskToken)?$/;

/** How a Task's Resource is called, or why it cannot be. */
export function kindOfResource(resource: string): TaskKind | { readonly problem: string } {
  if (FUNCTION_ARN.test(resource)) return 'function';
  const match = INVOKE.exec(resource);
  if (match) return match[1] === undefined ? 'invoke' : 'waitForTaskToken';
  const problem =
    `Resource '${resource}' is not modelled; allowed are the ARN of a Lambda function, ` +
    'arn:aws:states:::lambda:invoke and arn:aws:states:::lambda:invoke.waitForTaskToken';
  return { problem };
}
