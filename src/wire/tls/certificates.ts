/**
 * Certificates for an endpoint on this machine: a certificate authority that can vouch for the endpoint's own names and
 * no others, and one certificate that it signs. Its private key is never kept, so whoever trusts it trusts nothing else.
 * RFC 5280, section 4.2.1.10, "Name Constraints".
 */

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { regions } from '../../api/regions.ts';

/** What a server needs and what its clients do, in PEM. */
export interface Certified {
  /** What clients have to trust. */
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

/** What certificates are made with. */
export interface CertificateGround {
  /** The machine's clock, in milliseconds since 1970. */
  now(): number;
  random(size: number): Uint8Array;
}

const DAY_MS = 86_400_000;

/** Apple's platforms trust none that is valid for longer: Apple Support, HT210176. */
const VALID_DAYS = 825;

/** When a certificate that is made at this time ends, in milliseconds since 1970. */
export const endOfCertificate = (madeMs: number): number => madeMs + (VALID_DAYS - 1) * DAY_MS;

/**
 * The names of buckets are before these. `*.localhost` alone would not do, since OpenSSL and Node want two labels behind
 * an asterisk.
 */
const LOCAL_NAMES: readonly string[] = [
  'localhost',
  's3.localhost',
  's3-control.localhost',
  ...regions.map((region) => `s3.${region}.localhost`),
];
const LOCAL_ADDRESSES: readonly string[] = ['127.0.0.1', '::1'];

/**
 * An authority, and its certificate for this machine and for further names or addresses.
 * @param names in lower case
 */
export async function makeCertificate(names: readonly string[], ground: CertificateGround): Promise<Certified> {
  const issue = await issuer();
  const now = ground.now();
  const [authorityKeys, keys] = [newKeys(), newKeys()];
  // A client's clock may be behind.
  const valid = { notBefore: new Date(now - DAY_MS), notAfter: new Date(endOfCertificate(now)) };
  // Authorities of the same name but other keys would be taken for one another.
  const authority = { name: `ssebox ${Buffer.from(ground.random(8)).toString('hex')}`, keys: authorityKeys };
  const common = { ...valid, issuer: authority, random: ground.random };
  const bases = [...new Set(['localhost', ...LOCAL_ADDRESSES, ...names])];
  const own = names.flatMap((name) => (isIP(name) ? [name] : [name, `*.${name}`]));
  const covered = [...new Set([...LOCAL_NAMES.flatMap((name) => [name, `*.${name}`]), ...LOCAL_ADDRESSES, ...own])];
  return {
    authority: issue({ ...common, subject: authority, purpose: { kind: 'authority', bases } }),
    cert: issue({ ...common, subject: { name: 'ssebox', keys }, purpose: { kind: 'server', names: covered } }),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const newKeys = (): Keys => generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface Party {
  readonly name: string;
  readonly keys: Keys;
}

interface Issued {
  readonly subject: Party;
  readonly issuer: Party;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly random: (size: number) => Uint8Array;
  readonly purpose: /** `bases`: names of which it and all below it may be certified, and addresses. */
    | { readonly kind: 'authority'; readonly bases: readonly string[] }
    | { readonly kind: 'server'; readonly names: readonly string[] };
}

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

/** Loads what writes certificates. Returns what issues one, in PEM. */
async function issuer(): Promise<(issued: Issued) => string> {
  const [{ AsnConvert, OctetString }, x509] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
  ]);

  const nameOf = (text: string) => {
    const value = new x509.AttributeValue({ utf8String: text });
    const commonName = new x509.AttributeTypeAndValue({ type: COMMON_NAME, value });
    return new x509.Name([new x509.RelativeDistinguishedName([commonName])]);
  };
  const infoOf = ({ publicKey }: Keys) =>
    AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), x509.SubjectPublicKeyInfo);
  /** RFC 5280, section 4.2.1.2, method (1). */
  const keyIdOf = (keys: Keys) =>
    createHash('sha1')
      .update(new Uint8Array(infoOf(keys).subjectPublicKey))
      .digest();
  const dnsOrAddress = (name: string, address = name) =>
    new x509.GeneralName(isIP(name) ? { iPAddress: address } : { dNSName: name });
  const subtree = (base: string) =>
    new x509.GeneralSubtree({ base: dnsOrAddress(base, `${base}/${isIP(base) === 4 ? 32 : 128}`) });
  const extension = (extnID: string, value: unknown, critical = false) =>
    new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

  const ofPurpose = (purpose: Issued['purpose']) => {
    const { KeyUsageFlags, id_ce_basicConstraints, id_ce_keyUsage } = x509;
    switch (purpose.kind) {
      case 'authority':
        return [
          extension(id_ce_basicConstraints, new x509.BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
          extension(id_ce_keyUsage, new x509.KeyUsage(KeyUsageFlags.keyCertSign), true),
          extension(
            x509.id_ce_nameConstraints,
            new x509.NameConstraints({
              permittedSubtrees: new x509.GeneralSubtrees(purpose.bases.map(subtree)),
            }),
            true,
          ),
        ];
      case 'server':
        return [
          extension(id_ce_basicConstraints, new x509.BasicConstraints(), true),
          extension(id_ce_keyUsage, new x509.KeyUsage(KeyUsageFlags.digitalSignature), true),
          extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage([x509.id_kp_serverAuth])),
          extension(
            x509.id_ce_subjectAltName,
            new x509.SubjectAlternativeName(purpose.names.map((name) => dnsOrAddress(name))),
          ),
        ];
    }
  };

  return ({ subject, issuer, notBefore, notAfter, random, purpose }) => {
    const signatureAlgorithm = new x509.AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
    const tbsCertificate = new x509.TBSCertificate({
      version: x509.Version.v3,
      serialNumber: new Uint8Array(serialNumber(random)).buffer,
      signature: signatureAlgorithm,
      issuer: nameOf(issuer.name),
      validity: new x509.Validity({ notBefore, notAfter }),
      subject: nameOf(subject.name),
      subjectPublicKeyInfo: infoOf(subject.keys),
      extensions: new x509.Extensions([
        ...ofPurpose(purpose),
        extension(x509.id_ce_subjectKeyIdentifier, new x509.SubjectKeyIdentifier(keyIdOf(subject.keys))),
        extension(
          x509.id_ce_authorityKeyIdentifier,
          new x509.AuthorityKeyIdentifier({ keyIdentifier: new x509.KeyIdentifier(keyIdOf(issuer.keys)) }),
        ),
      ]),
    });
    const text = AsnConvert.serialize(tbsCertificate);
    const signature = sign('sha256', new Uint8Array(text), issuer.keys.privateKey);
    const certificate = new x509.Certificate({
      tbsCertificate,
      tbsCertificateRaw: text,
      signatureAlgorithm,
      signatureValue: new Uint8Array(signature).buffer,
    });
    return pem(AsnConvert.serialize(certificate));
  };
}

/** Positive, and with enough chance in it: RFC 5280, section 4.1.2.2. */
function serialNumber(random: (size: number) => Uint8Array): Uint8Array {
  const [first = 0, ...others] = random(16);
  return Uint8Array.from([(first & 0x3f) | 0x40, ...others]);
}

function pem(der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
