/** Certificates for `--tls`: what they can vouch for, in the eyes of Node and of OpenSSL. */

import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { makeCertificate } from '../../../src/wire/tls/certificates.ts';
import { keptCertificate, ownCertificate } from '../../../src/wire/tls/kept-certificates.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const DAY_MS = 86_400_000;
const at = (nowMs: number) => ({ now: () => nowMs, random: (size: number) => new Uint8Array(randomBytes(size)) });
const folder = (): string => mkdtempSync(join(tmpdir(), 'ssebox-certificates-'));
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('a certificate and its authority', async () => {
  const made = await makeCertificate(['s3.example.test', '192.0.2.7'], at(NOW));
  const [authority, certificate] = [new X509Certificate(made.authority), new X509Certificate(made.cert)];

  test('belong together, and the key to the certificate', () => {
    expect(authority.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
    expect(authority.checkPrivateKey(createPrivateKey(made.key))).toBe(false);
  });

  test.each(['127.0.0.1', '::1', '192.0.2.7'])('are for the address %s', (address) => {
    expect(certificate.checkIP(address)).toBe(address);
  });

  test.each([
    'localhost',
    's3.localhost',
    'bucket.s3.localhost',
    '111122223333.s3-control.localhost',
    's3.eu-west-1.localhost',
    'bucket.s3.eu-west-1.localhost',
    's3.example.test',
    'bucket.s3.example.test',
  ])('are for the name %s', (name) => {
    expect(certificate.checkHost(name)).toBeDefined();
  });

  test.each(['example.test', 'localhost.example', 'amazonaws.com', 'a.b.localhost'])('are not for %s', (name) => {
    expect(certificate.checkHost(name)).toBeUndefined();
  });

  test('are valid from the day before, and no longer than Apple takes', () => {
    expect(Date.parse(certificate.validFrom)).toBe(NOW - DAY_MS);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(825 * DAY_MS);
  });

  test.skipIf(!hasOpenssl)('pass the strict checks of OpenSSL, which sees the constraints', () => {
    const place = folder();
    writeFileSync(join(place, 'authority.pem'), made.authority);
    writeFileSync(join(place, 'cert.pem'), made.cert);
    const when = ['-attime', String(NOW / 1000)];
    const verify = (...more: string[]) =>
      spawnSync('openssl', ['verify', '-x509_strict', ...when, '-CAfile', 'authority.pem', ...more, 'cert.pem'], {
        cwd: place,
      }).status;
    expect(verify('-verify_hostname', 'bucket.s3.localhost')).toBe(0);
    expect(verify('-verify_ip', '127.0.0.1')).toBe(0);
    expect(verify('-verify_hostname', 'example.com')).not.toBe(0);
    const shown = execFileSync('openssl', ['x509', '-in', 'authority.pem', '-noout', '-text'], {
      cwd: place,
    }).toString();
    const constraints = /X509v3 Name Constraints: critical\s+Permitted:\s+((?:(?:DNS|IP):\S+\s+)+)/.exec(shown)?.[1];
    expect(constraints?.trim().split(/\s+/)).toEqual([
      'DNS:localhost',
      'IP:127.0.0.1/255.255.255.255',
      'IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF',
      'DNS:s3.example.test',
      'IP:192.0.2.7/255.255.255.255',
    ]);
  });
});

/** The answer over TLS to a client that trusts this authority: the error's code, or `ok`. */
async function answerTo(identity: { cert: string; key: string }, ca: string, servername: string): Promise<string> {
  const server = createServer(identity, (socket: TLSSocket) => {
    socket.on('error', () => {}).end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await new Promise((resolve) => {
      const options = { host: '127.0.0.1', port, ca, servername, agent: false };
      get(options, (answer) => {
        answer.resume();
        resolve('ok');
      }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    server.close();
  }
}

test('a client that trusts the authority reaches the server, and no other does', async () => {
  const made = await makeCertificate([], at(Date.now()));
  const other = await makeCertificate([], at(Date.now()));
  expect(await answerTo(made, made.authority, 'bucket.s3.localhost')).toBe('ok');
  expect(await answerTo(made, other.authority, 'bucket.s3.localhost')).toMatch(/UNABLE_TO|SELF_SIGNED|CERT/);
});

describe('kept certificates', () => {
  test('are made once, readable by their owner alone, without the key of the authority', async () => {
    const place = join(folder(), 'tls');
    const first = await keptCertificate(place, [], at(NOW));
    const second = await keptCertificate(place, [], at(NOW + 700 * DAY_MS));
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect({ ...second, isNew: true }).toEqual(first);
    const [name = '', ...others] = readdirSync(place);
    expect(others).toEqual([]);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    const files = readdirSync(join(place, name)).sort();
    expect(files).toEqual(['authority.pem', 'certificate.pem', 'key.pem']);
    for (const file of files) expect(statSync(join(place, name, file)).mode & 0o777).toBe(0o600);
    const texts = files.map((file) => readFileSync(join(place, name, file), 'utf8')).join('');
    expect(texts.match(/PRIVATE KEY-----/g)).toHaveLength(2);
    const authority = new X509Certificate(readFileSync(first.authorityFile));
    expect(authority.checkPrivateKey(createPrivateKey(first.key))).toBe(false);
  });

  test('are made anew a month before they end, and removed when they have', async () => {
    const place = folder();
    const first = await keptCertificate(place, [], at(NOW));
    const second = await keptCertificate(place, [], at(NOW + 796 * DAY_MS));
    expect(second.isNew).toBe(true);
    expect(readFileSync(first.authorityFile, 'utf8')).not.toBe(readFileSync(second.authorityFile, 'utf8'));
    expect(readdirSync(place)).toHaveLength(2);
    await keptCertificate(place, [], at(NOW + 2000 * DAY_MS));
    expect(readdirSync(place)).toHaveLength(1);
  });

  test('are others for other names, in any order', async () => {
    const place = folder();
    const one = await keptCertificate(place, ['a.test', 'b.test'], at(NOW));
    const same = await keptCertificate(place, ['b.test', 'a.test', 'b.test'], at(NOW));
    const other = await keptCertificate(place, ['a.test'], at(NOW));
    expect([one.isNew, same.isNew, other.isNew]).toEqual([true, false, true]);
    expect(same.cert).toBe(one.cert);
  });

  test('are the same for all who make one at the same time', async () => {
    const place = folder();
    const made = await Promise.all(Array.from({ length: 4 }, () => keptCertificate(place, [], at(NOW))));
    expect(new Set(made.map(({ cert }) => cert)).size).toBe(1);
    expect(readdirSync(place)).toHaveLength(1);
  });

  test('that were changed are refused, with their place', async () => {
    const place = folder();
    const { authorityFile } = await keptCertificate(place, [], at(NOW));
    const other = await makeCertificate([], at(NOW));
    writeFileSync(authorityFile, other.authority);
    await expect(keptCertificate(place, [], at(NOW))).rejects.toThrow(
      /^the certificate in ".*" cannot be used: the certificate is not signed by the authority; remove the folder$/,
    );
  });

  test('need a folder that can be written', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    await expect(keptCertificate(join(file, 'tls'), [], at(NOW))).rejects.toThrow(
      `cannot keep certificates in "${join(file, 'tls')}": part of its path is a file, not a folder`,
    );
  });
});

describe("a certificate of the user's own", async () => {
  const place = folder();
  const [made, other] = await Promise.all([makeCertificate([], at(NOW)), makeCertificate([], at(NOW))]);
  const write = (name: string, text: string): string => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  const cert = write('cert.pem', made.cert);
  const key = write('key.pem', made.key);
  const sealed = createPrivateKey(made.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString();

  test('is read with its key', () => {
    expect(ownCertificate(cert, key)).toEqual({ cert: made.cert, key: made.key });
  });

  test.each([
    [
      'a certificate that is not there',
      join(place, 'none'),
      key,
      /^the certificate ".*none" cannot be read: no such file/,
    ],
    ['a key that is not there', cert, join(place, 'none'), /^the key ".*none" cannot be read: no such file or folder$/],
    ['a folder', place, key, /^the certificate ".*" cannot be read: it is a folder$/],
    ['a certificate in DER', write('der', '0\x82'), key, /^the certificate ".*der" is not in PEM/],
    ['a key instead of the certificate', key, key, /^the certificate ".*key.pem" is not in PEM/],
    ['a certificate instead of the key', cert, cert, /^the key ".*cert.pem" is not a private key in PEM$/],
    ['a key with a passphrase', cert, write('sealed', sealed), /^the key ".*sealed" has a passphrase/],
    [
      'the key of another',
      cert,
      write('other', other.key),
      /^the certificate .* and the key .* do not work: key values mismatch$/,
    ],
    [
      'damage',
      write('cut', made.cert.split('\n').toSpliced(3, 1).join('\n')),
      key,
      /^the certificate .* do not work: /,
    ],
  ])('is refused in one line: %s', (_, certFile, keyFile, message) => {
    expect(() => ownCertificate(certFile, keyFile)).toThrow(message);
    try {
      ownCertificate(certFile, keyFile);
    } catch (error) {
      expect(String(error)).not.toContain('\n');
    }
  });

  test.skipIf(process.getuid?.() === 0)('is refused where it may not be read', () => {
    const closed = write('closed', made.key);
    chmodSync(closed, 0);
    expect(() => ownCertificate(cert, closed)).toThrow(/cannot be read: permission denied$/);
  });
});
