import { describeError } from '../../core/errors.ts';
import type { IncidentCard } from '../../core/incident-card.ts';
import type { Message } from '../../core/messages.ts';
import type { Notification } from '../plan.ts';
import type { DriverContext, Missed, NotificationDriver, Receipts } from './driver.ts';
import { recipientsOf } from './ses/recipients.ts';
import { ses } from './ses/driver.ts';
import { slackApp } from './slack-app/driver.ts';
import { slackWebhook } from './slack-webhook/driver.ts';
import { sns } from './sns/driver.ts';

/** A notification driver with its section of the plan. */
export interface BoundNotification {
  asks(message: Message): readonly string[];
  send(
    message: Message,
    context: DriverContext & { readonly receipts: Receipts },
  ): Promise<readonly Missed[]>;
  refresh(card: IncidentCard, context: DriverContext): Promise<void>;
  /** @throws nothing: what cannot be found out is a problem too */
  findProblems(context: DriverContext): Promise<readonly string[]>;
}

/** The driver for this section of the plan, by its `kind`. */
export function notificationDriver(config: Notification): BoundNotification {
  switch (config.kind) {
    case 'ses':
      return bind(ses, config);
    case 'slackApp':
      return bind(slackApp, config);
    case 'slackWebhook':
      return bind(slackWebhook, config);
    case 'sns':
      return bind(sns, config);
  }
}

/** Whether a message concerns anybody whom this channel reaches. */
export function isConcerned(config: Notification, message: Message): boolean {
  if (message.turn === 'phase' && !('phases' in config && config.phases)) return false;
  return config.kind !== 'ses' || recipientsOf(config, message).length > 0;
}

function bind<Config>(driver: NotificationDriver<Config>, config: Config): BoundNotification {
  return {
    asks: (message) => driver.asks(config, message),
    send: (message, context) => driver.send(config, message, context),
    refresh: (card, context) => driver.refresh(config, card, context),
    async findProblems(context) {
      try {
        return await driver.findProblems(config, context);
      } catch (error) {
        return [describeError(error)];
      }
    },
  };
}
