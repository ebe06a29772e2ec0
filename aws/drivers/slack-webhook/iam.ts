import type { DriverIam } from '../driver.ts';
import type { SlackWebhook } from './schema.ts';

/** Reading the one parameter; SSM decrypts it with the account's own key for parameters. */
export const slackWebhookIam: DriverIam<SlackWebhook> = {
  read: () => [],
  change: ({ urlParameter }, { regions }) => [
    {
      actions: ['ssm:GetParameter'],
      resources: [
        `arn:\${AWS::Partition}:ssm:${regions.standby}:\${AWS::AccountId}:parameter${urlParameter}`,
      ],
    },
  ],
};
