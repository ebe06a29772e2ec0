import type { DriverIam } from '../driver.ts';
import type { Sns } from './schema.ts';

/** Publishing to the one topic. */
export const snsIam: DriverIam<Sns> = {
  read: () => [],
  change: ({ topicArn }) => [{ actions: ['sns:Publish'], resources: [topicArn] }],
};
