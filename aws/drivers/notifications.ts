import type { IncidentCard } from '../../core/incident-card.ts';
import type { Message } from '../../core/messages.ts';
import type { Notification } from '../plan.ts';
import type { DriverContext } from './driver.ts';
import { slackWebhook } from './slack-webhook/driver.ts';
import { sns } from './sns/driver.ts';

/** A notification driver with its section of the plan. */
export interface BoundNotification {
  send(message: Message, context: DriverContext): Promise<void>;
  refresh(card: IncidentCard, context: DriverContext): Promise<void>;
}

/** The driver for this section of the plan, by its `kind`. */
export function notificationDriver(config: Notification): BoundNotification {
  switch (config.kind) {
    case 'sns':
      return {
        send: (message, context) => sns.send(config, message, context),
        refresh: (card, context) => sns.refresh(config, card, context),
      };
    case 'slackWebhook':
      return {
        send: (message, context) => slackWebhook.send(config, message, context),
        refresh: (card, context) => slackWebhook.refresh(config, card, context),
      };
  }
}
