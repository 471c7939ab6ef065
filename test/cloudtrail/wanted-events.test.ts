import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdvancedFieldSelector, EventSelector } from '../../src/api/model/cloudtrail.types.ts';
import { operationFacts } from '../../src/api/operation-facts.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { selectorsOf } from '../../src/cloudtrail/selector-rules.ts';
import { filterOf } from '../../src/cloudtrail/wanted-events.ts';
import type { CallerIdentity, CallRecord } from '../../src/store/records/call.ts';
import { ACCOUNT, OTHER_ACCOUNT, START } from '../support/harness.ts';

const ANA: CallerIdentity = {
  type: 'IAMUser',
  arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
  accountId: ACCOUNT,
  principalId: 'AIDA',
  userName: 'ana',
};

const record = (service: string, operation: string, more: Partial<CallRecord> = {}): CallRecord => ({
  eventId: 'e',
  requestId: 'r',
  timeMs: START,
  recipient: ACCOUNT,
  region: 'us-east-1',
  service,
  operation,
  caller: ANA,
  parameters: null,
  response: null,
  resources: [],
  durationMs: 0,
  ...more,
});

const bucket = (name: string) => ({ type: 'AWS::S3::Bucket', arn: `arn:aws:s3:::${name}`, account: ACCOUNT });
const object = (path: string) => ({ type: 'AWS::S3::Object', arn: `arn:aws:s3:::${path}`, account: ACCOUNT });

const isWanted = (selectors: Parameters<typeof filterOf>[0], call: CallRecord): boolean =>
  filterOf(selectors)(call, operationFacts(call.service, call.operation));

const get = record('s3', 'GetObject', { resources: [object('photos/2026/pier.txt')] });
const put = record('s3', 'PutObject', { resources: [object('reports/q1.csv')] });
const list = record('s3', 'ListObjectsV2', { resources: [bucket('photos')], parameters: { prefix: '2026/' } });
const head = record('s3', 'HeadBucket', { resources: [bucket('photos')] });
const lost = record('s3', 'GetObject', { parameters: { bucketName: 'nowhere', key: 'k' } });
const encrypt = record('kms', 'Encrypt');
const create = record('kms', 'CreateKey');
const rotated = record('kms', 'RotateKey', { serviceEvent: {}, caller: { type: 'AWSService', accountId: ACCOUNT } });
const makeBucket = record('s3', 'CreateBucket', { resources: [bucket('photos')] });
const users = record('iam', 'ListUsers');

const named = { get, put, list, head, lost, encrypt, create, rotated, makeBucket, users };
type Name = keyof typeof named;

const wantedBy = (selectors: Parameters<typeof filterOf>[0]): string =>
  (Object.keys(named) as Name[]).filter((name) => isWanted(selectors, named[name])).join(' ');

const MANAGEMENT = 'encrypt create rotated makeBucket users';
const objects = (...Values: string[]): EventSelector => ({
  IncludeManagementEvents: false,
  DataResources: [{ Type: 'AWS::S3::Object', Values }],
});

// CloudTrail API Reference, EventSelector and DataResource.
test.for<readonly [readonly EventSelector[], string]>([
  [[{}], MANAGEMENT],
  [[{ ReadWriteType: 'ReadOnly' }], 'encrypt users'],
  [[{ ReadWriteType: 'WriteOnly' }], 'create rotated makeBucket'],
  [[{ IncludeManagementEvents: false }], ''],
  [[{ ExcludeManagementEventSources: ['kms.amazonaws.com'] }], 'makeBucket users'],
  [[{ ExcludeManagementEventSources: ['rdsdata.amazonaws.com'] }], MANAGEMENT],
  [[objects('arn:aws:s3')], 'get put list head lost'],
  [[objects('arn:aws:s3:::')], 'get put list head lost'],
  [[objects('arn:aws:s3:::photos/')], 'get list head'],
  [[objects('arn:aws:s3:::photos/2026/p')], 'get'],
  [[objects('arn:aws:s3:::photos/2026/')], 'get list'],
  [[objects('arn:aws:s3:::photo/')], ''],
  [[objects('arn:aws:s3:::photos/', 'arn:aws:s3:::reports/')], 'get put list head'],
  [[{ ...objects('arn:aws:s3'), ReadWriteType: 'WriteOnly' }], 'put'],
  [[{ ...objects('arn:aws:s3'), ReadWriteType: 'ReadOnly' }], 'get list head lost'],
  [[{ DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] }] }], MANAGEMENT],
  [[{ ReadWriteType: 'ReadOnly' }, objects('arn:aws:s3:::reports/')], 'put encrypt users'],
])('the basic selectors %j want %s', ([EventSelectors, expected]) => {
  expect(wantedBy(selectorsOf({ TrailName: 'audit', EventSelectors }))).toBe(expected);
});

const is = (Field: string, ...Equals: string[]): AdvancedFieldSelector => ({ Field, Equals });
const data = [is('eventCategory', 'Data'), is('resources.type', 'AWS::S3::Object')];
const management = [is('eventCategory', 'Management')];
const arn = (more: Omit<AdvancedFieldSelector, 'Field'>): AdvancedFieldSelector => ({
  Field: 'resources.ARN',
  ...more,
});

// CloudTrail User Guide, "Filtering data events by using advanced event selectors".
test.for<readonly [readonly AdvancedFieldSelector[], string]>([
  [management, MANAGEMENT],
  [[...management, is('readOnly', 'true')], 'encrypt users'],
  [[...management, is('readOnly', 'false')], 'create rotated makeBucket'],
  [[...management, { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }], 'makeBucket users'],
  [data, 'get put list head lost'],
  [[is('eventCategory', 'Data'), is('resources.type', 'AWS::Lambda::Function')], ''],
  [[...data, arn({ StartsWith: ['arn:aws:s3:::photos/'] })], 'get list head'],
  [[...data, arn({ Equals: ['arn:aws:s3:::reports/q1.csv'] })], 'put'],
  [[...data, arn({ EndsWith: ['.txt', '.csv'] })], 'get put'],
  [[...data, arn({ NotStartsWith: ['arn:aws:s3:::photos/'] })], 'put lost'],
  [[...data, arn({ NotEndsWith: ['.csv'], NotStartsWith: ['arn:aws:s3:::nowhere/'] })], 'get list head'],
  [[...data, arn({ StartsWith: ['arn:aws:s3:::photos/'], EndsWith: ['.csv'] })], 'get put list head'],
  [[...data, arn({ StartsWith: ['arn:aws:s3:::photos/'], NotEquals: ['arn:aws:s3:::photos/'] })], 'get list'],
  [[...data, is('eventName', 'GetObject', 'ListObjects')], 'get list lost'],
  [[...data, { Field: 'eventName', StartsWith: ['Put'], EndsWith: ['Bucket'] }], 'put head'],
  [[...data, { Field: 'eventName', NotEquals: ['GetObject'] }], 'put list head'],
  [[...data, is('eventSource', 's3.amazonaws.com')], 'get put list head lost'],
  [[...data, is('eventType', 'AwsServiceEvent')], ''],
  [[...data, { Field: 'eventType', NotEndsWith: ['Call'] }], ''],
  [[...data, { Field: 'userIdentity.arn', EndsWith: ['user/ana'] }], 'get put list head lost'],
  [[...data, { Field: 'userIdentity.arn', NotEndsWith: ['user/ana'] }], ''],
  [[...data, is('sessionCredentialFromConsole', 'true')], ''],
  [[...data, { Field: 'sessionCredentialFromConsole', NotEquals: ['true'] }], 'get put list head lost'],
  [[...data, is('readOnly', 'false'), { Field: 'eventName', NotEquals: ['GetObject'] }], 'put'],
])('the advanced selector %j wants %s', ([FieldSelectors, expected]) => {
  expect(wantedBy(selectorsOf({ TrailName: 'audit', AdvancedEventSelectors: [{ FieldSelectors }] }))).toBe(expected);
});

test('an event is wanted if one of several advanced selectors wants it', () => {
  const selectors = [management, [...data, is('eventName', 'PutObject')]].map((FieldSelectors) => ({ FieldSelectors }));
  expect(wantedBy(selectorsOf({ TrailName: 'audit', AdvancedEventSelectors: selectors }))).toBe(`put ${MANAGEMENT}`);
});

describe('an advanced selector decides from the record as from the event itself', () => {
  type Json = Readonly<Record<string, unknown>> & {
    readonly resources?: readonly Readonly<Record<string, string>>[];
    readonly requestParameters?: Readonly<Record<string, string>> | null;
    readonly userIdentity: { readonly arn?: string };
  };

  /** The values of a field in the JSON of an event. */
  function valuesIn(event: Json, name: string): readonly string[] {
    const isOfS3 = event.eventCategory === 'Data' && event.eventSource === 's3.amazonaws.com';
    if (name === 'resources.type') return isOfS3 ? ['AWS::S3::Object'] : [];
    if (name === 'userIdentity.arn') return event.userIdentity.arn === undefined ? [] : [event.userIdentity.arn];
    if (name !== 'resources.ARN') return event[name] === undefined ? [] : [String(event[name])];
    const ofType = (type: string) => (event.resources ?? []).filter((each) => each.type === type);
    const found = ofType('AWS::S3::Object').map(({ ARN, ARNPrefix }) => ARN ?? ARNPrefix ?? '');
    if (!isOfS3 || found.length > 0) return found;
    const { bucketName, key = '', prefix = '' } = event.requestParameters ?? {};
    const [inBucket] = ofType('AWS::S3::Bucket').map(({ ARN }) => ARN);
    const known = inBucket ?? (bucketName === undefined ? undefined : `arn:aws:s3:::${bucketName}`);
    // A listing is about what it may list.
    const named = String(event.eventName).startsWith('ListObject') ? prefix : key;
    return known === undefined ? [] : [`${known}/${named}`];
  }

  const tests: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
    Equals: (value, wanted) => value === wanted,
    StartsWith: (value, wanted) => value.indexOf(wanted) === 0,
    EndsWith: (value, wanted) => value.slice(-wanted.length) === wanted,
  };

  function isMetBy(event: Json, { Field, ...conditions }: AdvancedFieldSelector): boolean {
    const values = valuesIn(event, Field);
    const given = Object.entries(conditions as Record<string, readonly string[]>);
    const applies = ([operator, wanted]: readonly [string, readonly string[]]) =>
      values.some((value) => wanted.some((each) => tests[operator.replace('Not', '')]?.(value, each)));
    const selecting = given.filter(([operator]) => !operator.startsWith('Not'));
    const deselecting = given.filter(([operator]) => operator.startsWith('Not'));
    return (selecting.length === 0 || selecting.some(applies)) && !deselecting.some(applies);
  }

  const paths = ['photos/a.txt', 'photos/2026/b.csv', 'reports/q1.csv', 'nowhere/k'];
  const arns = [...paths.map((path) => `arn:aws:s3:::${path}`), 'arn:aws:s3:::photos/', '.csv', 'arn:aws:s3'];
  const texts: Readonly<Record<string, readonly string[]>> = {
    readOnly: ['true', 'false'],
    eventName: ['GetObject', 'PutObject', 'List', 'Objects', 'HeadBucket'],
    eventSource: ['s3.amazonaws.com', 'kms', 'amazonaws.com'],
    eventType: ['AwsApiCall', 'Aws', 'Event'],
    'resources.ARN': arns,
    'userIdentity.arn': [`arn:aws:iam::${ACCOUNT}:user/ana`, 'ana', 'arn:aws:sts'],
    sessionCredentialFromConsole: ['true', 'false'],
  };
  const operators = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'];
  const onlyEquals = new Set(['readOnly']);
  const anyField = fc
    .constantFrom(...Object.keys(texts))
    .chain((Field) =>
      fc
        .dictionary(
          fc.constantFrom(
            ...(onlyEquals.has(Field)
              ? ['Equals']
              : Field === 'sessionCredentialFromConsole'
                ? ['Equals', 'NotEquals']
                : operators),
          ),
          fc.array(fc.constantFrom(...(texts[Field] ?? [])), { minLength: 1, maxLength: 3 }),
          { minKeys: 1, maxKeys: 3 },
        )
        .map((conditions): AdvancedFieldSelector => ({ Field, ...conditions })),
    );

  const anyCaller = fc.constantFrom<CallerIdentity>(
    ANA,
    {
      type: 'AWSAccount',
      accountId: OTHER_ACCOUNT,
      principalId: 'AIDA2',
      arn: `arn:aws:iam::${OTHER_ACCOUNT}:user/ana`,
    },
    { type: 'AWSService', principalId: 's3.amazonaws.com' },
    { type: 'AssumedRole', accountId: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/ana`, userName: 'ana' },
  );
  const ofBucket = fc.constantFrom('photos', 'reports').map((name) => [bucket(name)]);
  const ofObject = fc.oneof(
    fc.constantFrom(...paths).map((path) => [object(path)]),
    fc.constantFrom(...paths).map((path) => [object(path), bucket(path.split('/')[0] ?? '')]),
  );
  const parameters = fc.constantFrom(
    null,
    { bucketName: 'photos' },
    { bucketName: 'photos', prefix: '2026/' },
    { bucketName: 'nowhere', key: 'k' },
  );
  const calls = (operations: readonly string[], resources: typeof ofBucket | typeof ofObject) =>
    fc
      .record({
        operation: fc.constantFrom(...operations),
        caller: anyCaller,
        resources: fc.oneof(fc.constant([]), resources),
        parameters,
      })
      .map(({ operation, ...more }) => record('s3', operation, more));
  const anyCall = fc.oneof(
    calls(['ListObjectsV2', 'ListObjectVersions', 'HeadBucket', 'DeleteObjects'], ofBucket),
    calls(['GetObject', 'PutObject', 'DeleteObjects'], ofObject),
  );

  test('for any selector and any call about data', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyField, { selector: ({ Field }) => Field, maxLength: 4 }),
        anyCall,
        (fields, call) => {
          const FieldSelectors = [...data, ...fields];
          const selectors = selectorsOf({ TrailName: 'audit', AdvancedEventSelectors: [{ FieldSelectors }] });
          const event: Json = JSON.parse(JSON.stringify(cloudTrailEvent(call)));
          expect(isWanted(selectors, call)).toBe(FieldSelectors.every((each) => isMetBy(event, each)));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
