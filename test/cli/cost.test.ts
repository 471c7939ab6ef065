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

      EV: where the price is from. L: a price list file of AWS's; G: a guide that quotes AWS's price list.
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
            "Quantity": 4.14964292e-9,
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
    [['--since', 'soon'], '--since takes a time such as 2030-01-01T12:00:00Z, or a duration such as 30d, not "soon"'],
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
