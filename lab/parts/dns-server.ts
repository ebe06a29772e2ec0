import { once } from 'node:events';
import DNS, { Packet } from 'dns2';
import { errorCode } from './errors.ts';

/** Record types the server understands; anything else is answered as "no such data". */
type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT';

/** What a name answers right now: values as text, and for how long they may be remembered. */
export interface RecordSet {
  readonly answers: readonly string[];
  readonly ttlSeconds: number;
}

/** The record table. Undefined means that the name does not exist (NXDOMAIN). */
export type RecordLookup = (name: string, type: RecordType) => RecordSet | undefined;

/** An authoritative DNS server on one loopback port, UDP and TCP. */
export interface DnsServer {
  readonly port: number;
  /** How many questions were answered, to prove that clients really ask. */
  questionsAnswered(): number;
  close(): Promise<void>;
}

/** Starts the server. The table is asked for every question, so a change is visible at once. */
export async function startDnsServer(lookup: RecordLookup): Promise<DnsServer> {
  let answered = 0;
  const handle: DNS.DnsHandler = (request, send) => {
    answered += 1;
    // A client that is gone does not hear the answer; that is no fault of the server.
    void Promise.resolve(send(answerTo(request, lookup))).catch(() => undefined);
  };
  const { udp, tcp, port } = await listenOnOnePort(handle);
  return {
    port,
    questionsAnswered: () => answered,
    async close() {
      const closed = [once(udp, 'close'), once(tcp, 'close')];
      udp.close();
      tcp.close();
      await Promise.all(closed);
    },
  };
}

/** UDP picks a free port; when TCP has it taken by somebody else, both try another. */
async function listenOnOnePort(handle: DNS.DnsHandler) {
  for (let attempt = 1; ; attempt += 1) {
    const udp = DNS.createUDPServer(handle);
    await udp.listen(0, '127.0.0.1');
    const { port } = udp.address();
    const tcp = DNS.createTCPServer(handle);
    try {
      const listening = once(tcp, 'listening');
      tcp.listen(port, '127.0.0.1');
      await listening;
      return { udp, tcp, port };
    } catch (error) {
      udp.close();
      if (errorCode(error) !== 'EADDRINUSE' || attempt === 10) throw error;
    }
  }
}

function answerTo(request: DNS.Packet, lookup: RecordLookup): DNS.Packet {
  const response = Packet.createResponseFromRequest(request);
  response.header.aa = 1;
  const question = request.questions[0];
  if (question === undefined) {
    response.header.rcode = 1; // FORMERR
    return response;
  }
  const type = typeOf(question.type);
  const set = lookup(question.name.toLowerCase(), type ?? 'A');
  if (set === undefined)
    response.header.rcode = 3; // NXDOMAIN
  else if (type !== undefined) {
    for (const value of set.answers) {
      const data = resourceData(type, value);
      const fixed = { type: question.type, class: Packet.CLASS.IN, ttl: set.ttlSeconds };
      response.answers.push(
        Packet.createResourceFromQuestion(question, { name: question.name, ...fixed, ...data }),
      );
    }
  }
  return response;
}

function typeOf(code: number): RecordType | undefined {
  const types = ['A', 'AAAA', 'CNAME', 'TXT'] as const;
  return types.find((type) => Packet.TYPE[type] === code);
}

function resourceData(type: RecordType, value: string) {
  switch (type) {
    case 'A':
    case 'AAAA':
      return { address: value };
    case 'CNAME':
      return { domain: value };
    case 'TXT':
      return { data: value };
  }
}
