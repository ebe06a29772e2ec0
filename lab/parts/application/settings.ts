/** What an application process is told when it starts. */
export interface ApplicationSettings {
  readonly region: string;
  /** The port of the gate before the Region's database. */
  readonly databasePort: number;
  readonly user: string;
  readonly password: string;
  /** Write a heartbeat row this often; 0 leaves it to others. */
  readonly heartbeatMilliseconds: number;
  /** Other paths that are health checks too, and how each is answered when all is well. */
  readonly checks: readonly HealthCheck[];
}

/** A health check as a plan describes it. */
export interface HealthCheck {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

/** The environment variable that carries the settings, as JSON. */
export const SETTINGS_VARIABLE = 'DRILL_APPLICATION';

/** Reads the settings; throws on anything else. Plain checks: a schema library costs start time. */
export function parseSettings(text: string | undefined): ApplicationSettings {
  const value: unknown = JSON.parse(text ?? 'null');
  if (typeof value !== 'object' || value === null) throw new Error('settings are missing');
  const fields = new Map<string, unknown>(Object.entries(value));
  const word = (name: string): string => {
    const field = fields.get(name);
    if (typeof field !== 'string') throw new Error(`setting ${name} must be a text`);
    return field;
  };
  const count = (name: string): number => {
    const field = fields.get(name);
    if (typeof field !== 'number') throw new Error(`setting ${name} must be a number`);
    return field;
  };
  return {
    region: word('region'),
    databasePort: count('databasePort'),
    user: word('user'),
    password: word('password'),
    heartbeatMilliseconds: count('heartbeatMilliseconds'),
    checks: parseChecks(fields.get('checks')),
  };
}

function parseChecks(value: unknown): readonly HealthCheck[] {
  if (!Array.isArray(value)) throw new Error('setting checks must be a list');
  return value.map((each: unknown) => {
    const fields = new Map<string, unknown>(Object.entries(each ?? {}));
    const path = fields.get('path');
    const status = fields.get('status');
    const body = fields.get('body');
    if (typeof path !== 'string' || typeof status !== 'number' || typeof body !== 'string') {
      throw new Error('a check needs path, status and body');
    }
    return { path, status, body };
  });
}
