/**
 * The certificates that this machine's endpoints show, which are made when they are first needed. Each has a folder that
 * never changes, so that its clients and servers always read what belongs together.
 */

import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { StoreError } from '../../api/errors.ts';
import { fileError, systemCode, systemReason } from '../../api/file-error.ts';
import { makeFolders } from '../../folders.ts';
import { type CertificateGround, endOfCertificate } from './certificates.ts';

/** What a server shows of itself, in PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface KeptCertificate extends ServerIdentity {
  /** The file of the authority that clients have to trust. */
  readonly authorityFile: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/** One that ends sooner is not used any more, so that no long run meets its end. */
const SPARE_MS = 30 * 86_400_000;

const AUTHORITY = 'authority.pem';
const CERTIFICATE = 'certificate.pem';
const KEY = 'key.pem';

/**
 * The certificate for this machine and further names, from a folder that has them.
 * @param names names and addresses, in lower case
 * @throws StoreError if the folder cannot be read or written, or what is in it does not belong together.
 */
export async function keptCertificate(
  folder: string,
  names: readonly string[],
  ground: CertificateGround,
): Promise<KeptCertificate> {
  try {
    const prefix = prefixOf(names);
    const nowMs = ground.now();
    // A name ends with the day on which the certificate does, so the newest is the last.
    const found = entriesOf(folder, prefix).findLast((name) => endOf(name, prefix) > nowMs + SPARE_MS);
    if (found !== undefined) return { ...readKept(join(folder, found)), isNew: false };
    const { makeCertificate } = await import('./certificates.ts');
    const made = await makeCertificate([...names].sort(), ground);
    makeFolders(folder, (each) => mkdirSync(each, { mode: 0o700 }));
    const fresh = mkdtempSync(join(folder, '.new-'));
    for (const [name, text] of [
      [AUTHORITY, made.authority],
      [CERTIFICATE, made.cert],
      [KEY, made.key],
    ] as const) {
      writeFileSync(join(fresh, name), text, { mode: 0o600, flag: 'wx', flush: true });
    }
    const place = join(folder, `${prefix}${new Date(endOfCertificate(nowMs)).toISOString().slice(0, 10)}`);
    moveInto(place, fresh);
    for (const name of entriesOf(folder, prefix)) {
      if (endOf(name, prefix) <= nowMs) rmSync(join(folder, name), { recursive: true, force: true });
    }
    return { ...readKept(place), isNew: true };
  } catch (error) {
    throw fileError(`cannot keep certificates in "${folder}"`, error);
  }
}

/** The folders of these names begin so. */
function prefixOf(names: readonly string[]): string {
  if (names.length === 0) return 'localhost-';
  const set = [...new Set(names)].sort().join(' ');
  return `${createHash('sha256').update(set).digest('hex').slice(0, 16)}-`;
}

const entriesOf = (folder: string, prefix: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && !Number.isNaN(endOf(name, prefix)))
      .sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
};

/** The beginning of the day on which it ends, in milliseconds since 1970. */
const endOf = (name: string, prefix: string): number => Date.parse(name.slice(prefix.length));

/** Where another process was quicker, its certificate counts. */
function moveInto(place: string, fresh: string): void {
  try {
    renameSync(fresh, place);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
}

function readKept(place: string): Omit<KeptCertificate, 'isNew'> {
  const [cert, key] = [CERTIFICATE, KEY].map((name) => readFileSync(join(place, name), 'utf8'));
  const authorityFile = join(place, AUTHORITY);
  const identity = { cert: cert ?? '', key: key ?? '' };
  const authority = readFileSync(authorityFile);
  try {
    requireUsable(identity);
    if (!new X509Certificate(identity.cert).verify(new X509Certificate(authority).publicKey)) {
      throw new Error('the certificate is not signed by the authority');
    }
  } catch (cause) {
    throw new StoreError(`the certificate in "${place}" cannot be used: ${reasonOf(cause)}; remove the folder`, {
      cause,
    });
  }
  return { ...identity, authorityFile };
}

/**
 * A certificate and a key of the user's own.
 * @throws StoreError that names the file which cannot be read, or that the two do not work together.
 */
export function ownCertificate(certFile: string, keyFile: string): ServerIdentity {
  const [cert, key] = [textOf(certFile, 'certificate'), textOf(keyFile, 'key')];
  if (!cert.includes('-----BEGIN CERTIFICATE-----')) {
    throw new StoreError(`the certificate "${certFile}" is not in PEM: it has no "-----BEGIN CERTIFICATE-----"`);
  }
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(key)) {
    throw new StoreError(`the key "${keyFile}" is not a private key in PEM`);
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    throw new StoreError(`the key "${keyFile}" has a passphrase, for which a server cannot ask: use one without`, {
      hint: 'openssl pkey -in KEY -out PLAIN-KEY',
    });
  }
  try {
    requireUsable({ cert, key });
  } catch (cause) {
    throw new StoreError(`the certificate "${certFile}" and the key "${keyFile}" do not work: ${reasonOf(cause)}`, {
      cause,
    });
  }
  return { cert, key };
}

function textOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StoreError(`the ${what} "${path}" cannot be read: ${systemReason(error) ?? systemCode(error)}`, {
      cause: error,
    });
  }
}

/** @throws OpenSSL's error */
function requireUsable(identity: ServerIdentity): void {
  createSecureContext(identity);
}

/** OpenSSL's reason, without the numbers before it. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'reason' in error && typeof error.reason === 'string') return error.reason;
  return error instanceof Error ? error.message : String(error);
}
