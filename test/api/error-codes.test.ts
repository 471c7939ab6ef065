import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type AwsErrorCode,
  awsErrors,
  type ErrorRow,
  httpStatusOf,
  isKmsErrorCode,
} from '../../src/api/error-codes.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { serviceNames } from '../../src/api/model/service-names.ts';
import type { ServiceModel } from '../../src/api/model/shapes.ts';
import { serviceFacts } from '../../src/api/service-facts.ts';

const rowsOf = (service: ServiceName): Readonly<Record<string, ErrorRow>> => awsErrors[service];

const models = new Map<ServiceName, ServiceModel>(
  serviceNames.map((service) => [service, JSON.parse(readFileSync(`src/api/model/${service}.json`, 'utf8'))]),
);

function modelOf(service: ServiceName): ServiceModel {
  const model = models.get(service);
  if (!model) throw new Error(`there is no model of ${service}`);
  return model;
}

const withProtocol = (protocol: string) => serviceNames.filter((name) => modelOf(name).metadata.protocol === protocol);

/** Who refuses where a file of src does; the first line that fits counts. */
const refusingServices: readonly (readonly [path: string, services: readonly ServiceName[]])[] = [
  ['src/kms/', ['kms']],
  ['src/s3/', ['s3']],
  ['src/s3control/', ['s3control']],
  ['src/cloudtrail/', ['cloudtrail']],
  ['src/cloudwatch/', ['cloudwatch']],
  ['src/organizations/', ['organizations']],
  ['src/service-quotas/', ['service-quotas']],
  ['src/iam/assume-role.ts', ['sts']],
  ['src/iam/caller-identity.ts', ['sts']],
  ['src/iam/session-policies.ts', ['sts']],
  ['src/iam/', ['iam']],
  ['src/policy/bucket-policy-check.ts', ['s3']],
  ['src/policy/trust-policy-check.ts', ['iam']],
  // Session policies are checked as identity policies are.
  ['src/policy/identity-policy-check.ts', ['iam', 'sts']],
  ['src/wire/bodies/body-digest.ts', ['s3']],
  ['src/wire/codecs/form.ts', [...withProtocol('query'), 'cloudwatch']],
  ['src/wire/codecs/rest-request.ts', ['s3', 's3control']],
  ['src/wire/http/incoming.ts', ['s3']],
  ['src/wire/bodies/body-rules.ts', ['s3', 's3control']],
  ['src/wire/http/read-body.ts', [...withProtocol('json'), ...withProtocol('query'), 'cloudwatch']],
  ['src/wire/bodies/request-body.ts', ['s3']],
  ['src/wire/http/listener.ts', ['s3']],
  ['src/wire/cors.ts', ['s3']],
  ['src/wire/forms/multipart-form.ts', ['s3']],
  ['src/wire/forms/post-', ['s3']],
  ['src/wire/http/request-target.ts', ['s3', 's3control']],
  ['src/wire/signature/', ['s3']],
  ['src/wire/routing/no-route.ts', ['s3']],
  ['src/wire/routing/control-route.ts', ['s3control']],
  ['src/wire/routing/unknown-operation.ts', [...withProtocol('json'), 'cloudwatch']],
  ['src/wire/routing/invalid-action.ts', [...withProtocol('query'), 'cloudwatch']],
  // Services that AWS has and ssebox has not.
  ['src/wire/routing/absent-service.ts', serviceNames],
  ['src/api/validate.ts', withProtocol('rest-xml')],
  ['src/wire/credentials/s3-credential-refusals.ts', ['s3', 's3control']],
  ['src/wire/credentials/region.ts', ['s3']],
  // Operations that AWS has and ssebox has not.
  ['src/call/steps.ts', serviceNames],
];

interface Throw {
  readonly file: string;
  /** The first argument of `new AwsError(…)`, as it is written. */
  readonly code: string;
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ file: join('src', name), text: withoutComments(readFileSync(join('src', name), 'utf8')) }));

function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, '');
}

const throws: readonly Throw[] = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/\bnew (?:AwsError|HiddenAbsence)\(\s*('[^']*'|`[^`]*`|[^,()]+),/g)].map(([, code = '']) => ({
    file,
    code,
  })),
);

const isLiteral = ({ code }: Throw): boolean => code.startsWith("'");
const literal = (code: string): string => code.slice(1, -1);

function servicesOf(file: string): readonly ServiceName[] {
  const services = refusingServices.find(([path]) => file.startsWith(path))?.[1];
  if (!services) throw new Error(`${file} refuses; say for which services in refusingServices`);
  return services;
}

/** The codes that the facts of a service name for refusals that any of its operations can end with. */
function generalCodes(service: ServiceName): string[] {
  const facts = serviceFacts[service];
  const { deniedCode, invalidCode, unreadableCode, anonymousCode, throttledCode, credentialErrors } = facts;
  const credentialCodes = Object.values(credentialErrors).map((words) =>
    typeof words === 'string' ? words : words[0],
  );
  const codes = [deniedCode, invalidCode, unreadableCode, throttledCode, ...credentialCodes];
  codes.push(facts.internalError[0]);
  return [...codes, ...(anonymousCode ? [anonymousCode] : [])];
}

const thrownBy = new Map<ServiceName, Set<string>>(
  serviceNames.map((service) => [service, new Set(generalCodes(service))]),
);
for (const { file, code } of throws.filter(isLiteral)) {
  for (const service of servicesOf(file)) thrownBy.get(service)?.add(literal(code));
}

test('every line about files that refuse names files that do', () => {
  const idle = refusingServices.filter(([path]) => !throws.some(({ file }) => file.startsWith(path)));
  expect(idle.map(([path]) => path)).toEqual([]);
});

test('every refusal in src is found, and its code is written out, except where it is passed on', () => {
  const written = sources.flatMap(({ text }) => text.match(/\bnew (?:AwsError|HiddenAbsence)\(/g) ?? []);
  expect(throws).toHaveLength(written.length);
  expect(throws.length).toBeGreaterThan(200);
  const handedOver = throws.filter((found) => !isLiteral(found)).map(({ file, code }) => `${file}: ${code}`);
  expect(handedOver.sort()).toEqual([
    'src/api/errors.ts: code as AwsErrorCode',
    'src/api/validate.ts: invalidCode',
    'src/api/validate.ts: invalidCode',
    'src/api/validate.ts: unreadableCode',
    'src/call/transaction.ts: ...credentialErrors.unknownKey',
    'src/call/transaction.ts: code',
    'src/cli/names-there.ts: code',
    'src/iam/credentials.ts: code',
    'src/policy/denial.ts: serviceFacts[service].deniedCode',
    'src/quotas/throttle.ts: serviceFacts[service].throttledCode',
    `src/s3/request/kms-refusal.ts: \`KMS.\${refusal.code}\``,
    'src/wire/codecs/message-body.ts: serviceFacts[service].unreadableCode',
    'src/wire/credentials/authentication.ts: serviceFacts[service].deniedCode',
    'src/wire/credentials/claim-words.ts: malformed',
    'src/wire/credentials/claim-words.ts: wrongSignature',
    'src/wire/credentials/v4-claim.ts: serviceFacts[service].credentialErrors.skewed',
    'src/wire/exchange.ts: code',
  ]);
});

describe.for(serviceNames)('the catalogue of %s', (service) => {
  test('has a row for every code that the service returns, and no other row', () => {
    const thrown = [...(thrownBy.get(service) ?? [])];
    expect(Object.keys(rowsOf(service)).sort()).toEqual(thrown.sort());
  });

  test("has the model's status if the model has one", () => {
    const model = modelOf(service);
    const declared = Object.entries(model.shapes).flatMap(([name, shape]) =>
      shape.type === 'structure' && shape.exception
        ? [{ code: shape.error?.code ?? name, status: shape.error?.httpStatusCode, isFault: shape.fault }]
        : [],
    );
    const isJson = model.metadata.protocol === 'json';
    const expected = declared
      .filter(({ code }) => Object.hasOwn(rowsOf(service), code))
      // AWS JSON 1.1 protocol: 400, or 500 for what the service is to blame for, where the model has no status.
      .map(({ code, status, isFault }) => [code, status ?? (isJson && (isFault ? 500 : 400))])
      .filter(([, status]) => status !== false);
    const actual = expected.map(([code]) => [code, rowsOf(service)[String(code)]?.[0]]);
    expect(actual).toEqual(expected);
  });

  test('names an operation as a source only if the model lists the error for it', () => {
    const { operations, shapes } = modelOf(service);
    const codeOf = (name: string): string => {
      const shape = shapes[name];
      return (shape?.type === 'structure' ? shape.error?.code : undefined) ?? name;
    };
    const unlisted = Object.entries(rowsOf(service))
      .filter(([, [, source]]) => operations[source])
      .filter(([code, [, source]]) => !operations[source]?.errors?.map(codeOf).includes(code))
      .map(([code, [, source]]) => `${code} of ${source}`);
    // Amazon S3 API Reference, GetObject, headers If-Modified-Since and If-None-Match: a status without a code.
    expect(unlisted).toEqual(service === 's3' ? ['304 of GetObject'] : []);
  });

  test('has a source in every row: an operation, or a page with a title', () => {
    const pages = ['Common errors', 'Error responses', 'on no page; as the service answers'];
    const { operations } = modelOf(service);
    const named = Object.values(rowsOf(service)).map(([, source]) => source);
    expect(named.filter((source) => !operations[source] && !pages.includes(source))).toEqual([]);
  });
});

test.for<[AwsErrorCode, string | undefined, number]>([
  // Amazon S3 API Reference, "Error responses"; AWS STS API Reference, "Common errors".
  ['ExpiredToken', 's3', 400],
  ['ExpiredToken', 'sts', 403],
  ['ExpiredToken', undefined, 403],
  ['ExpiredTokenException', 'kms', 400],
  ['InvalidAccessKeyId', 's3', 403],
  ['InvalidToken', 's3', 400],
  ['AccessDenied', 's3', 403],
  ['AccessDeniedException', 'kms', 400],
  ['LimitExceeded', 'iam', 409],
  ['KMS.KMSInvalidStateException', 's3', 400],
  // A refusal by one service that another one passes on as it is, and one before any service was asked.
  ['NoSuchEntity', 's3', 404],
  ['InvalidClientTokenId', undefined, 403],
  ['NoSuchKey', 'no-such-service', 404],
])('%s of %s has the status %i', ([code, service, status]) => {
  expect(httpStatusOf(code, service)).toBe(status);
});

test("only KMS's codes are passed on with the prefix KMS.", () => {
  expect(isKmsErrorCode('DisabledException')).toBe(true);
  expect(isKmsErrorCode('NoSuchKey')).toBe(false);
});
