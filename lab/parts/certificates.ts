import { generate } from 'selfsigned';

/** A certificate authority for one drill, and the one server certificate it has issued. */
export interface DrillCertificates {
  /** The authority's certificate (PEM): what clients and probes trust. */
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** Makes fresh certificates for the hostnames. The authority's key is forgotten at once. */
export async function issueCertificates(hostnames: readonly string[]): Promise<DrillCertificates> {
  const notBeforeDate = new Date(Date.now() - 60_000);
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notBeforeDate } as const;
  const ca = await generate([{ name: 'commonName', value: 'Drill CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: hostnames[0] ?? 'drill' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hostnames.map((value) => ({ type: 2, value })) },
    ],
    ca: { key: ca.private, cert: ca.cert },
  });
  return { ca: ca.cert, key: server.private, cert: server.cert };
}
