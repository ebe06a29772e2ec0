import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ask } from '../../errors.ts';
import type { NotificationDriver } from '../driver.ts';
import type { Sns } from './schema.ts';

/** SNS refuses messages above 256 KiB; a character takes four bytes at most. */
const longestBody = 60_000;

/**
 * Publishes to a standard topic, which delivers at least once and does not deduplicate: the key
 * travels as an attribute for subscribers that do. Repeating a send repeats the message.
 */
export const sns: NotificationDriver<Sns> = {
  // Who is subscribed, and whether anybody is, the topic does not tell.
  asks: () => [],

  async send({ topicArn }, message, { runtime }) {
    const client = runtime.client(SNSClient, regionOfTopic(topicArn));
    const subject = toSubject(message.subject);
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      Message: message.body === '' ? subject : message.body.slice(0, longestBody),
      MessageAttributes: {
        deduplicationKey: { DataType: 'String', StringValue: message.deduplicationKey },
        urgency: { DataType: 'String', StringValue: message.urgency },
      },
    });
    await ask('Publish', () => client.send(command));
    return [];
  },

  // What was published is what it is.
  refresh: () => Promise.resolve(),

  async findProblems({ topicArn }, { runtime }) {
    const client = runtime.client(SNSClient, regionOfTopic(topicArn));
    const command = new GetTopicAttributesCommand({ TopicArn: topicArn });
    const { Attributes } = await ask('GetTopicAttributes', () => client.send(command));
    return Attributes?.['SubscriptionsConfirmed'] === '0'
      ? [`Nobody has confirmed a subscription to ${topicArn}: aws sns subscribe.`]
      : [];
  },
};

/** The Region in a topic's ARN: a topic is published to where it lives. */
function regionOfTopic(topicArn: string): string {
  return topicArn.split(':')[3] ?? '';
}

/** One line of less than 100 ASCII characters that begins with no space (SNS API, Publish). */
function toSubject(subject: string): string {
  const line = subject
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .trim();
  return line === '' ? 'region-failover' : line.slice(0, 99).trimEnd();
}
