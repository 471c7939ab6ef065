/** `ssebox cost`: what a store would cost. */

import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';
import { DAY } from '../support/harness.ts';

/** A store with a key and an object under it. */
async function newStage(): Promise<{ line: CommandLine; key: string }> {
  const line = newCommandLine();
  const { json } = await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.Arn']);
  const key = String(json);
  writeFileSync(line.path('file'), 'hello');
  await line.ok(['bucket', 'create', 'photos']);
  await line.ok(['s3', 'put', line.path('file'), 's3://photos/a', '--sse', 'aws:kms', '--sse-kms-key-id', key]);
  await line.ok(['s3', 'get', 's3://photos/a', '-']);
  return { line, key };
}

describe('cost report', () => {
  test('shows a table with the total to a person', async () => {
    const { line } = await newStage();
    line.advance(26 * DAY);
    const { out } = await line.ok(['cost', 'report'], { terminal: 100 });
    expect(out).toMatchInlineSnapshot(`
      "account 111122223333, 2026-05-01 to 2026-05-30 09:00:00

      USAGE TYPE            REGION     QUANTITY  UNIT       FREE  USD       EV
      KMS-Keys              us-east-1    0.8387  key-month        0.838710  L
      KMS-Requests          us-east-1         3  request    all   0.000000  L
      TimedStorage-ByteHrs  us-east-1  3.906e-9  GB-month         0.000000  L
      Requests-Tier1        us-east-1         2  request          0.000010  G
      Requests-Tier2        us-east-1         1  request          0.000000  G
      total                                                       0.838720

      EV: where the price is from. L: a price list file of AWS; G: a guide that quotes AWS's price list.
      In US dollars, without taxes and transfer to the internet.
      "
    `);
  });

  test('gives scripts a row for each usage type', async () => {
    const { line } = await newStage();
    await line.ok(['clock', 'advance', '30d']);
    const { json } = await line.ok(['cost', 'report', '--month', '2026-05']);
    expect(json).toMatchInlineSnapshot(`
      {
        "Accounts": [
          "111122223333",
        ],
        "From": "2026-05-01T00:00:00+00:00",
        "Rows": [
          {
            "BilledAs": "us-east-1-KMS-Keys",
            "Evidence": "L",
            "FreeQuantity": 0,
            "Quantity": 0.891129032258,
            "Region": "us-east-1",
            "Service": "kms",
            "Unit": "key-month",
            "UsageType": "KMS-Keys",
            "Usd": 0.8911290323,
          },
          {
            "BilledAs": "us-east-1-KMS-Requests",
            "Evidence": "L",
            "FreeQuantity": 3,
            "Quantity": 3,
            "Region": "us-east-1",
            "Service": "kms",
            "Unit": "request",
            "UsageType": "KMS-Requests",
            "Usd": 0,
          },
          {
            "BilledAs": "TimedStorage-ByteHrs",
            "Evidence": "L",
            "FreeQuantity": 0,
            "Quantity": 4.14964292319e-9,
            "Region": "us-east-1",
            "Service": "s3",
            "Unit": "GB-month",
            "UsageType": "TimedStorage-ByteHrs",
            "Usd": 1e-10,
          },
          {
            "BilledAs": "Requests-Tier1",
            "Evidence": "G",
            "FreeQuantity": 0,
            "Quantity": 2,
            "Region": "us-east-1",
            "Service": "s3",
            "Unit": "request",
            "UsageType": "Requests-Tier1",
            "Usd": 0.00001,
          },
          {
            "BilledAs": "Requests-Tier2",
            "Evidence": "G",
            "FreeQuantity": 0,
            "Quantity": 1,
            "Region": "us-east-1",
            "Service": "s3",
            "Unit": "request",
            "UsageType": "Requests-Tier2",
            "Usd": 4e-7,
          },
        ],
        "To": "2026-06-01T00:00:00+00:00",
        "Usd": 0.8911394324,
      }
    `);
  });

  test.for([
    ['service', ['kms', 's3']],
    ['key', ['KEY', null]],
    ['bucket', ['photos', null]],
    ['account', ['111122223333']],
    ['usage-type', ['KMS-Keys', 'KMS-Requests', 'Requests-Tier1', 'Requests-Tier2', 'TimedStorage-ByteHrs']],
    ['day', ['2026-05-04', '2026-05-05', '2026-05-06']],
  ] as const)('--by %s', async ([by, groups]) => {
    const { line, key } = await newStage();
    line.advance(2 * DAY);
    const { json } = await line.ok(['cost', 'report', '--by', by]);
    const { Groups, Rows, Usd } = json as {
      Groups: Record<string, unknown>[];
      Rows: Record<string, number>[];
      Usd: number;
    };
    expect(Groups.map((group) => Object.values(group)[0])).toEqual(groups.map((each) => (each === 'KEY' ? key : each)));
    expect(Groups.reduce((sum, group) => sum + Number(group.Usd), 0)).toBeCloseTo(Usd, 9);
    expect(Rows.reduce((sum, row) => sum + Number(row.Usd), 0)).toBeCloseTo(Usd, 9);
    const { out } = await line.ok(['cost', 'report', '--by', by], { terminal: 120 });
    for (const each of groups) expect(out).toContain(each === 'KEY' ? key : (each ?? '(no '));
    expect(out).toContain('total');
  });

  test('an empty store costs nothing', async () => {
    const line = newCommandLine();
    expect((await line.ok(['cost', 'report'])).json).toMatchObject({ Rows: [], Usd: 0 });
    expect((await line.ok(['cost', 'report'], { terminal: 80 })).out).toContain(
      'nothing was used that AWS charges for',
    );
  });

  test.for([
    [['--month', '2026-13'], '--month takes a month such as 2026-05, not "2026-13"'],
    [['--month', '2026-06'], "2026-06 is still to come: the store's clock shows 2026-05-04"],
    [['--month', '2026-05', '--since', '1d'], '--month and --since both say from when on: use one of them'],
    [
      ['--since', 'soon'],
      '--since takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "soon"',
    ],
    [
      ['--since', '60'],
      '--since takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "60"',
    ],
    [['--since', '2030-01-01'], '--since is a time to come: "2030-01-01" is later than now'],
    [['--by', 'color'], '--by takes one of service, key, bucket, account, usage-type, day, not "color"'],
    [['--no-sign-request'], 'only an account has costs: leave out --no-sign-request'],
  ] as const)('%s is refused', async ([words, message]) => {
    const line = newCommandLine();
    const { code, err, out } = await line.ssebox(['cost', 'report', ...words]);
    expect([code, out]).toEqual([252, '']);
    expect(err).toContain(message);
  });
});

describe('cost prices', () => {
  test('lists the prices of a region, and marks those of another one', async () => {
    const line = newCommandLine();
    const { out } = await line.ok(['cost', 'prices', '--service', 'kms', '--region', 'us-west-2'], { terminal: 120 });
    expect(out).toMatchInlineSnapshot(`
      "USAGE TYPE                            REGION     USD   PER              UP TO  FREE    EV  AS OF
      KMS-Keys                              us-west-2  1     key-month                       L   2026-09
      KMS-Requests                          us-west-2  0.03  10,000 requests         20,000  L   2026-09
      KMS-Requests-Asymmetric               us-west-2  0.15  10,000 requests                 U*  2026-09
      KMS-Requests-Asymmetric-RSA_2048      us-west-2  0.03  10,000 requests                 U*  2026-09
      KMS-Requests-GenerateDatakeyPair-ECC  us-west-2  0.1   10,000 requests                 U*  2026-09
      KMS-Requests-GenerateDatakeyPair-RSA  us-west-2  12    10,000 requests                 U*  2026-09
      … and ABOUT: on a wider terminal, or with --output json

      EV: where the price is from. L: a price list file of AWS; U: no source was read.
      *: no price is known of the region, so that of us-east-1 stands for it.
      "
    `);
    const { json } = await line.ok(['cost', 'prices', '--region', 'us-east-2']);
    const { Prices } = json as { Prices: Record<string, unknown>[] };
    expect(new Set(Prices.map(({ Region }) => Region))).toEqual(new Set(['us-east-2']));
    expect(Prices.find(({ UsageType }) => UsageType === 'KMS-Keys')).toMatchObject({
      Tiers: [{ Usd: 1, Per: 1 }],
      Evidence: 'U',
      PriceOfRegion: 'us-east-1',
    });
    expect(Prices.filter(({ UsageType }) => UsageType === 'AWS-Out-Bytes')).toMatchObject([
      { Tiers: [{ Usd: 0.02 }] },
      { ToRegion: 'us-east-1', Tiers: [{ Usd: 0.01 }] },
    ]);
  });

  test('a file of prices that were saved and changed holds until --reset', async () => {
    const { line } = await newStage();
    line.advance(26 * DAY);
    const price = async () =>
      (await line.ok(['cost', 'prices', '--query', "Prices[?UsageType=='KMS-Keys'].Tiers[0].Usd | [0]"])).json;
    const keys = async () =>
      (await line.ok(['cost', 'report', '--query', "Rows[?UsageType=='KMS-Keys'].Usd | [0]"])).json;
    const { out } = await line.ok(['cost', 'prices', '--service', 'kms', '--output', 'json']);
    const before = Number(await keys());
    writeFileSync(line.path('prices.json'), out.replace('"Usd": 1,', '"Usd": 2,'));
    const loaded = await line.ok(['cost', 'prices', '--from', line.path('prices.json')]);
    expect((loaded.json as { Prices: unknown[] }).Prices).toHaveLength(6);
    expect([await price(), await keys()]).toEqual([2, expect.closeTo(2 * before, 9)]);
    expect((await line.ok(['cost', 'prices'], { terminal: 120 })).out).toContain('L+');
    await line.ok(['cost', 'prices', '--reset']);
    expect([await price(), await keys()]).toEqual([1, before]);
  });

  test('standard input is a file, too, and the last file alone holds', async () => {
    const line = newCommandLine();
    const { out: kms } = await line.ok(['cost', 'prices', '--service', 'kms', '--output', 'json']);
    const { out: s3 } = await line.ok(['cost', 'prices', '--service', 's3', '--output', 'json']);
    await line.ok(['cost', 'prices', '--from', '-'], { stdin: kms.replace('"Usd": 1,', '"Usd": 2,') });
    await line.ok(['cost', 'prices', '--from', '-'], { stdin: s3 });
    const query = "Prices[?UsageType=='KMS-Keys'].Tiers[0].Usd | [0]";
    expect((await line.ok(['cost', 'prices', '--query', query])).json).toBe(1);
  });

  test('a file that is refused changes nothing', async () => {
    const line = newCommandLine();
    const { out } = await line.ok(['cost', 'prices', '--service', 'kms', '--output', 'json']);
    const stdin = out.replace('"Usd": 1,', '"Usd": 2,').replace('"Usd": 12,', '"Usd": -12,');
    const { code, err } = await line.ssebox(['cost', 'prices', '--from', '-'], { stdin });
    expect(code).toBe(252);
    expect(err).toContain(
      'row 6 (KMS-Requests-GenerateDatakeyPair-RSA) must have a number of 0 or more as its Tiers[0].Usd, not -12',
    );
    expect((await line.ok(['cost', 'prices', '--service', 'kms', '--output', 'json'])).out).toBe(out);
  });

  test.for([
    [['--from', 'nowhere.json'], 'there is no file "nowhere.json"'],
    [['--from', '.'], 'the file "." cannot be read: '],
    [['--from', '-', '--reset'], '--from and --reset both say which prices hold: use one of them'],
    [['--service', 'iam'], '--service takes one of kms, s3, cloudtrail, cloudwatch, not "iam"'],
  ] as const)('%s is refused', async ([words, message]) => {
    const { code, err, out } = await newCommandLine().ssebox(['cost', 'prices', ...words]);
    expect([code, out]).toEqual([252, '']);
    expect(err).toContain(message);
  });
});

describe('cost estimate', () => {
  test('a month that is described', async () => {
    const line = newCommandLine();
    const words = [
      'cost',
      'estimate',
      '--keys',
      '2',
      '--kms-requests',
      '10000000',
      '--puts',
      '1e7',
      '--storage-gb',
      '500',
    ];
    expect((await line.ok(words, { terminal: 100 })).out).toMatchInlineSnapshot(`
      "a month in us-east-1

      USAGE TYPE            REGION     QUANTITY  UNIT       FREE   USD      EV
      KMS-Keys              us-east-1         2  key-month          2.0000  L
      KMS-Requests          us-east-1  10000000  request    20000  29.9400  L
      TimedStorage-ByteHrs  us-east-1       500  GB-month          11.5000  L
      Requests-Tier1        us-east-1  10000000  request           50.0000  G
      total                                                        93.4400

      EV: where the price is from. L: a price list file of AWS; G: a guide that quotes AWS's price list.
      "
    `);
    expect((await line.ok(words)).json).toMatchObject({ Region: 'us-east-1', Usd: 93.44 });
  });

  test.for([
    ['keys: 3\nrotations: 1', 6],
    ['{"keys": 3, "rotations": 5}', 9],
    ['region: us-west-2\nusage:\n  Retrieval-SIA: 10\n  KMS-Keys: 1', 1.1],
    ['alarms: 12', 0.2],
    ['event-copies: 100000\ndata-events: 100000', 2.1],
  ] as const)('a file with %s costs %d dollars', async ([stdin, usd]) => {
    expect((await newCommandLine().ok(['cost', 'estimate', '-', '--query', 'Usd'], { stdin })).json).toBe(usd);
  });

  test('options come before the file, and --region is the region where the file says none', async () => {
    const line = newCommandLine();
    writeFileSync(line.path('use.yaml'), 'keys: 3\nputs: 1000');
    const words = ['cost', 'estimate', line.path('use.yaml'), '--keys', '1', '--usage', 'Requests-Tier2=1000'];
    const { json } = await line.ok([...words, '--region', 'us-west-2']);
    expect(json).toMatchObject({
      Region: 'us-west-2',
      Rows: [
        { UsageType: 'KMS-Keys', Usd: 1, Evidence: 'L' },
        { UsageType: 'Requests-Tier1', Usd: 0.005, Evidence: 'U', PriceOfRegion: 'us-east-1' },
        { UsageType: 'Requests-Tier2', Usd: 0.0004 },
      ],
    });
  });

  test.for([
    [[], '', 'there is nothing to estimate: name a file, or quantities such as --keys'],
    [['--keys=-1'], '', '--keys takes a number from 0 to 1e15, not "-1"'],
    [['--keys', 'many'], '', '--keys takes a number from 0 to 1e15, not "many"'],
    [['--usage', 'KMS-Key=1'], '', '"KMS-Key" of --usage is not a usage type that ssebox cost prices lists'],
    [
      ['--usage', 'KMS-Keys'],
      '',
      '--usage takes a usage type and a quantity, such as Retrieval-SIA=10, not "KMS-Keys"',
    ],
    [['-'], 'key: 1', 'standard input has an unknown name "key": the names are keys, kms-requests, '],
    [['-'], 'keys: [1]', 'keys in standard input takes a number from 0 to 1e15, not [1]'],
    [['-'], 'usage: 3', 'usage in standard input must have quantities by usage type, such as "Retrieval-SIA: 10"'],
    [['-'], 'usage: {Nothing: 3}', '"Nothing" of usage in standard input is not a usage type'],
    [['-'], 'region: mars', 'region in standard input must be a region such as us-east-1, not "mars"'],
    [['-'], 'hello', 'standard input must have the options of ssebox cost estimate by name, such as "keys: 2"'],
    [['-'], 'a: [', 'standard input is not YAML or JSON: '],
  ] as const)('%s with %s is refused', async ([words, stdin, message]) => {
    const { code, err, out } = await newCommandLine().ssebox(['cost', 'estimate', ...words], { stdin });
    expect([code, out]).toEqual([252, '']);
    expect(err).toContain(message);
  });
});

describe('cost compare', () => {
  test('shows a bucket under each mode, with what is assumed', async () => {
    const { line, key } = await newStage();
    await line.ok(['s3', 'put', line.path('file'), 's3://photos/2026/b', '--sse', 'aws:kms', '--sse-kms-key-id', key]);
    line.advance(10 * DAY);
    expect((await line.ok(['cost', 'compare', 's3://photos', '--since', '9d'], { terminal: 120 })).out).toContain(
      '0 writes',
    );
    expect(
      (await line.ok(['cost', 'compare', 's3://photos', '--since', '11d'], { terminal: 120 })).out,
    ).toMatchInlineSnapshot(`
      "s3://photos/, 2026-05-03 09:00 to 2026-05-14 09:00: 2 writes, 1 reads

      MODE                       KMS REQUESTS  S3 REQUESTS  STORAGE     KMS         DSSE FEE    KEY         USD
      SSE-S3 (default)           0             0.00001540   0.00000000  0.00000000  0.00000000  0.00000000  0.00001540
      SSE-KMS                    3             0.00001540   0.00000000  0.00000900  0.00000000  0.35483871  0.35486311
      SSE-KMS with a bucket key  2             0.00001540   0.00000000  0.00000600  0.00000000  0.35483871  0.35486011
      DSSE-KMS                   3             0.00001540   0.00000000  0.00000900  0.00000000  0.35483871  0.35486311

      Measured: 3 KMS requests for 0.00000900 USD, however its objects were encrypted.
      Assumed: each write and each read of data needs one KMS request, without a bucket key.
      With a bucket key, one requester calls KMS once in 5m to write, and once for each bucket-level key that it reads under.
      Another number of requesters: --requesters.
      KEY is the fee of one customer managed key for this time; the key aws/s3 has none. Free tiers are not taken off.
      "
    `);
    const { json } = await line.ok(['cost', 'compare', 's3://photos/2026/', '--requesters', '3']);
    expect(json).toMatchObject({
      Place: 's3://photos/2026/',
      Writes: 1,
      Reads: 0.5,
      ShareOfRequests: 0.5,
      Requesters: 3,
      BucketKeySeconds: 300,
      Measured: { KmsRequests: 1.5 },
    });
    const { Modes } = json as { Modes: Record<string, number>[] };
    for (const { UsdS3Requests = 0, UsdStorage = 0, UsdKmsRequests = 0, UsdDsse = 0, UsdKmsKey = 0, Usd } of Modes) {
      expect(UsdS3Requests + UsdStorage + UsdKmsRequests + UsdDsse + UsdKmsKey).toBeCloseTo(Usd ?? 0, 9);
    }
  });

  test.for([
    [['s3://nowhere'], 'there is no bucket "nowhere" in the account 111122223333'],
    [['photos'], '"photos" is not an S3 URI: write s3://BUCKET/KEY'],
    [['s3://photos', '--requesters', '0'], '--requesters takes a number from 1 to 1000000000, not 0'],
    [
      ['s3://photos', '--since', 'soon'],
      '--since takes a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "soon"',
    ],
  ] as const)('%s is refused', async ([words, message]) => {
    const { line } = await newStage();
    const { code, err, out } = await line.ssebox(['cost', 'compare', ...words]);
    expect([code, out]).toEqual([252, '']);
    expect(err).toContain(message);
  });
});
