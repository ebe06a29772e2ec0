/** One HTTPS request, with deadlines that really cut. */
export interface HttpsRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Name resolution, TCP and TLS together. */
  readonly connectTimeoutMilliseconds: number;
  /** From the request being sent to the end of the answer. */
  readonly readTimeoutMilliseconds: number;
}

/** The answer; the body holds its first 64 KiB. */
export interface HttpsAnswer {
  readonly status: number;
  readonly body: string;
}

/** The network as a port. Failures are thrown as errors with Node's or TLS's `code`. */
export interface Network {
  /** @throws NetworkError with the `code` that says how it failed. */
  https(request: HttpsRequest): Promise<HttpsAnswer>;
  /** Connects and hangs up. @throws NetworkError */
  tcp(target: {
    readonly host: string;
    readonly port: number;
    readonly connectTimeoutMilliseconds: number;
  }): Promise<void>;
  /** Asks the DNS for what a client would be told. @throws NetworkError */
  resolve(name: string, recordType: 'A' | 'AAAA' | 'CNAME'): Promise<readonly string[]>;
}

/**
 * A network call that failed. `code` is Node's (`ECONNREFUSED`, `ENOTFOUND`, ...), TLS's
 * (`CERT_HAS_EXPIRED`, ...), or ours: `CONNECT_TIMEOUT`, `READ_TIMEOUT`.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
