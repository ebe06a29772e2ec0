import { FunctionUrlEvent } from '../../aws/approvals/front-door/function-url.ts';
import { createLink } from '../../aws/approvals/links.ts';
import { openRequest, readRequest } from '../../aws/approvals/request-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import type { Log, Runtime } from '../../aws/runtime.ts';
import type { Link } from '../../core/approval/link.ts';
import type { ApprovalRequest } from '../../core/approval/request.ts';
import { frontDoor } from '../../functions/front-door.ts';
import { functionUrlEvent } from '../../lab/front-door/function-url-event.ts';
import { rotate } from '../../lab/aws/secrets-manager.ts';
import { digest, expiresAt, olga, sampleRequest } from '../approval-samples.ts';
import { createBench } from './support.ts';

export const HOST = 'door.lambda-url.eu-central-1.on.aws';
export const LINK_SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:links';
export const INCIDENT = 'orders-1';

/** A request as a browser sends it; fields may be replaced. */
export interface Visit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Fields of a form; a list gives a field more than once. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** How the form of a browser is encoded. */
export function encode(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, each]),
  );
  return new URLSearchParams(pairs).toString();
}

/** The front door with a question to Olga and Otto behind it, and a valid link of Olga's. */
export async function openDoor(change: Partial<ApprovalRequest> = {}) {
  const bench = createBench();
  const lines: string[] = [];
  const note: Log['info'] = (event, details) => lines.push(JSON.stringify({ event, ...details }));
  const runtime: Runtime = {
    ...bench.runtime,
    environment: {
      ...bench.runtime.environment,
      linkSecret: LINK_SECRET,
      frontDoorUrl: `https://${HOST}/`,
    },
    log: { info: note, error: note },
  };
  const { secrets } = bench.world;
  secrets.set(LINK_SECRET, { current: key(1), previous: undefined });
  await openRequest(runtime, sampleRequest(change));
  const door = frontDoor(runtime);

  const linkOf = async (parts: Partial<Link> = {}): Promise<string> => {
    const link = { incidentId: INCIDENT, approver: olga.name, evidenceDigest: digest, expiresAt };
    return await createLink(runtime, { ...link, ...parts });
  };
  const visit = async (address: string, { method = 'GET', headers = {}, body }: Visit = {}) => {
    const { pathname, search } = new URL(address, `https://${HOST}`);
    const event = functionUrlEvent({
      method,
      target: `${pathname}${search}`,
      headers: Object.entries({ host: HOST, 'user-agent': 'a phone', ...headers }),
      body: typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array()),
      sourceIp: '198.51.100.7',
      at: runtime.clock.now(),
    });
    return await door(FunctionUrlEvent.parse(event));
  };
  const submit = async (address: string, fields: Fields, headers: Visit['headers'] = {}) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return await visit(address, {
      method: 'POST',
      headers: { ...type, ...headers },
      body: encode(fields),
    });
  };
  const formToken = async (address: string): Promise<string> => {
    const { body } = await visit(address);
    return /name="token" value="([^"]+)"/.exec(body)?.[1] ?? '';
  };
  const link = await linkOf();
  return {
    ...bench,
    runtime,
    lines,
    link,
    linkOf,
    door,
    visit,
    submit,
    formToken,
    /** The fields of a sound approval from the page of Olga's link. */
    yes: async (address = link): Promise<Record<string, string>> => {
      const token = await formToken(address);
      return { token, decision: 'approved', acknowledged: 'yes', reason: '' };
    },
    /** One rotation of the key. Everybody has forgotten what was read a minute later. */
    rotateKey: (number: number) => {
      const secret = secrets.get(LINK_SECRET);
      if (secret !== undefined) secrets.set(LINK_SECRET, rotate(secret, key(number)));
    },
    read: async () => await readRequest(runtime, INCIDENT),
    ledger: async () => await readLedger(runtime, INCIDENT),
  };
}

function key(number: number) {
  return { id: `version-${number}`, value: `key-${number}-`.padEnd(64, 'k') };
}
