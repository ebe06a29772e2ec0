import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** SNS: what is published reaches people; the lab keeps it. */
export const sns: Service = modelled(
  'PublishCommand',
  z.strictObject({
    TopicArn: z.string(),
    Subject: z.string().max(100),
    Message: z.string(),
    MessageAttributes: z.record(z.string(), z.unknown()).optional(),
  }),
  ({ TopicArn, Subject, Message }, { world }) => {
    const channel = `sns ${TopicArn.split(':').at(-1) ?? TopicArn}`;
    world.deliveries.push({ at: world.clock.now(), channel, subject: Subject, body: Message });
    return { MessageId: `message-${world.deliveries.length}` };
  },
);
