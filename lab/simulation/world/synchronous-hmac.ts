import type { webcrypto } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

type Bytes = ArrayBuffer | ArrayBufferView;

const keys = new WeakMap<webcrypto.CryptoKey, Buffer>();
let isInstalled = false;

/**
 * Lets this process sign and verify HMAC-SHA-256 at once. WebCrypto does it in threads, whose
 * order no seed decides: the same run could then give another trace. Everything else of WebCrypto
 * stays as it is.
 */
export function installSynchronousHmac(): void {
  if (isInstalled) return;
  isInstalled = true;
  const { subtle } = globalThis.crypto;
  const [importKey, sign, verify] = [
    subtle.importKey.bind(subtle),
    subtle.sign.bind(subtle),
    subtle.verify.bind(subtle),
  ];
  const replace = (name: string, value: unknown): void => {
    Object.defineProperty(subtle, name, { value, configurable: true, writable: true });
  };
  replace('importKey', (...args: Parameters<typeof importKey>) => {
    const [format, data, algorithm, extractable, usages] = args;
    if (format !== 'raw' || !isHmac(algorithm)) return importKey(...args);
    const bytes = bytesOf(data);
    const hash = { name: 'HMAC', hash: 'SHA-256' };
    const key = createSecretKey(bytes).toCryptoKey(hash, extractable, [...usages]);
    keys.set(key, bytes);
    return Promise.resolve(key);
  });
  replace('sign', (...args: Parameters<typeof sign>) => {
    const bytes = keys.get(args[1]);
    return bytes === undefined ? sign(...args) : Promise.resolve(hmac(bytes, args[2]).buffer);
  });
  replace('verify', (...args: Parameters<typeof verify>) => {
    const bytes = keys.get(args[1]);
    if (bytes === undefined) return verify(...args);
    const [expected, given] = [hmac(bytes, args[3]), bytesOf(args[2])];
    const isSame = expected.length === given.length && timingSafeEqual(expected, given);
    return Promise.resolve(isSame);
  });
}

function isHmac(algorithm: unknown): boolean {
  const text = JSON.stringify(algorithm);
  return text.includes('HMAC') && text.includes('SHA-256');
}

function bytesOf(data: unknown): Buffer {
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  throw new TypeError('Only bytes make a raw key.');
}

/** A copy with a buffer of its own: Node's are slices of a larger one. */
function hmac(key: Buffer, data: Bytes): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(bytesOf(data)).digest());
}
