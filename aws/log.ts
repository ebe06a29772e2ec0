import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from './runtime.ts';

/** Structured lines in CloudWatch Logs, one an event. */
export function createLog(region: string): Log {
  const logger = new Logger({ serviceName: 'region-failover', persistentKeys: { region } });
  return {
    info: (event, details) => {
      logger.info(event, { ...details });
    },
    error: (event, details) => {
      logger.error(event, { ...details });
    },
  };
}
