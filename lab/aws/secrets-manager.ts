import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** A version of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly value: string;
}

/** A secret with the versions that a stage names; before the first rotation there is one. */
export interface LabSecret {
  readonly current: SecretVersion;
  readonly previous: SecretVersion | undefined;
}

/** A secret after one more rotation: what was current is previous, what was previous is gone. */
export function rotate({ current }: LabSecret, next: SecretVersion): LabSecret {
  return { current: next, previous: current };
}

/** Secrets Manager: reading a version of a secret by its stage. */
export const secretsManager: Service = modelled(
  'GetSecretValueCommand',
  z.strictObject({ SecretId: z.string(), VersionStage: z.enum(['AWSCURRENT', 'AWSPREVIOUS']) }),
  ({ SecretId, VersionStage }, { world }) => {
    const secret = world.secrets.get(SecretId);
    const version = VersionStage === 'AWSCURRENT' ? secret?.current : secret?.previous;
    if (version === undefined) {
      const message = `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`;
      throw new ResourceNotFoundException({ message, $metadata: {} });
    }
    const { id, value } = version;
    return { ARN: SecretId, VersionId: id, VersionStages: [VersionStage], SecretString: value };
  },
);
