import type { DriverIam } from '../driver.ts';
import { mailAddresses, senderIdentities } from './identities.ts';
import type { Ses } from './schema.ts';

/** Sending from the one address. */
export const sesIam: DriverIam<Ses> = {
  read: () => [],
  change: (config, plan) => {
    const arn = (resource: string): string =>
      `arn:\${AWS::Partition}:ses:${plan.regions.standby}:\${AWS::AccountId}:${resource}`;
    const identities = [
      ...senderIdentities(config.from),
      // In the sandbox SES also asks for permission on the recipients, which are verified there.
      ...mailAddresses(config, plan),
    ];
    const sets =
      config.configurationSet === undefined ? [] : [`configuration-set/${config.configurationSet}`];
    return [
      {
        actions: ['ses:SendEmail'],
        resources: [...new Set(identities)]
          .map((each) => arn(`identity/${each}`))
          .concat(sets.map(arn)),
        condition: { StringEquals: { 'ses:FromAddress': config.from } },
      },
    ];
  },
};
