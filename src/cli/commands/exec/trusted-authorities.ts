/** A file of certificates for Node: it reads only one, and the user may have named one already. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../../../api/errors.ts';
import { systemReason } from '../../../api/file-error.ts';

export interface TrustedAuthorities {
  readonly file: string;
  remove(): void;
}

/**
 * Both files as one, in a folder of its own.
 * @throws StoreError if one of them cannot be read
 */
export function bothAuthorities(named: string, own: string): TrustedAuthorities {
  const text = [named, own].map(readCertificates).join('\n');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-authorities-'));
  const file = join(folder, 'authorities.pem');
  writeFileSync(file, text, { mode: 0o600 });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = systemReason(cause) ?? String(cause);
    throw new StoreError(`the certificates of NODE_EXTRA_CA_CERTS in "${path}" cannot be read: ${reason}`, { cause });
  }
}
