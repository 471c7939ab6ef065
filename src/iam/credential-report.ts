/** The credential report: IAM User Guide, "Generate credential reports for your AWS account". */

import { type AccountId, rootArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { callRows } from '../call/call-log.ts';
import { operation } from '../call/operation.ts';
import type { Access } from '../policy/access.ts';
import type { AccessKeyRecord, UserRecord } from '../store/records/iam.ts';
import type { CredentialReportRecord } from '../store/records/iam-reports.ts';
import type { Tx } from '../store/tables.ts';
import { userArn, usersOf } from './entities.ts';
import { requestAccount } from './identity.ts';

/** A younger report is not made anew. */
const FRESH_MS = 4 * 3_600_000;
const ID = 'credentials';

const accessTo =
  (name: string) =>
  (account: AccountId): Access[] => [{ action: `iam:${name}`, resource: '*', owner: account }];

/** As in AWS, the first answer is that it has begun, though here it is made at once. */
export const GenerateCredentialReport = operation('iam', 'GenerateCredentialReport', {
  resolve: (_input, call) => requestAccount(call),
  authorize: accessTo('GenerateCredentialReport'),
  run(account, _input, { tx, now }) {
    const report = reportOf(account, tx);
    const nowMs = now.getTime();
    if (report && report.generatedMs <= nowMs && nowMs - report.generatedMs < FRESH_MS)
      return { State: 'COMPLETE' as const };
    const content = contentOf(account, tx);
    tx.iamReports.put([account, ID], { v: 1, kind: 'credentials', account, generatedMs: nowMs, content });
    return {
      State: 'STARTED' as const,
      Description: report
        ? 'Previous report is outdated. Starting a new report generation task'
        : 'No report exists. Starting a new report generation task',
    };
  },
});

export const GetCredentialReport = operation('iam', 'GetCredentialReport', {
  resolve: (_input, call) => requestAccount(call),
  authorize: accessTo('GetCredentialReport'),
  run(account, _input, { tx }) {
    const report = reportOf(account, tx);
    if (!report) {
      throw new AwsError(
        'ReportNotPresent',
        'No report exists.',
        {},
        'make one with ssebox iam generate-credential-report',
      );
    }
    return {
      Content: Buffer.from(report.content),
      ReportFormat: 'text/csv' as const,
      GeneratedTime: new Date(report.generatedMs),
    };
  },
});

function reportOf(account: AccountId, tx: Tx): CredentialReportRecord | undefined {
  const report = tx.iamReports.get([account, ID]);
  return report?.kind === 'credentials' ? report : undefined;
}

const KEY_COLUMNS = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'];

const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((n) => KEY_COLUMNS.map((column) => `access_key_${n}_${column}`)),
  ...[1, 2].flatMap((n) => [`cert_${n}_active`, `cert_${n}_last_rotated`]),
];

/** Neither users nor the root user have passwords, devices or certificates here. */
const NO_CERTIFICATES = ['false', 'N/A', 'false', 'N/A'];
const NO_KEY = ['false', 'N/A', 'N/A', 'N/A', 'N/A'];

function contentOf(account: AccountId, tx: Tx): string {
  const createdMs = tx.accounts.get([account])?.createdMs ?? 0;
  const passwordOfRoot = ['not_supported', 'no_information', 'not_supported', 'not_supported'];
  const root = ['<root_account>', rootArn(account), timeText(createdMs), ...passwordOfRoot, 'false'];
  const uses = keyUses(account, tx);
  const rows = Array.from(usersOf(account, tx), (user) => rowOf(user, uses, tx));
  return [COLUMNS, [...root, ...NO_KEY, ...NO_KEY, ...NO_CERTIFICATES], ...rows].map((row) => row.join(',')).join('\n');
}

function rowOf(user: UserRecord, uses: ReadonlyMap<string, KeyUse>, tx: Tx): string[] {
  const [first, second] = keysOf(user, tx).map((key) => keyCells(key, uses.get(key.accessKeyId)));
  return [
    cell(user.name),
    cell(userArn(user)),
    timeText(user.createdMs),
    ...['false', 'N/A', 'N/A', 'N/A', 'false'],
    ...(first ?? NO_KEY),
    ...(second ?? NO_KEY),
    ...NO_CERTIFICATES,
  ];
}

/** The oldest first, so that the first key of a user stays the first. */
function keysOf({ id }: UserRecord, tx: Tx): AccessKeyRecord[] {
  return [...tx.userAccessKeys.under([id])]
    .flatMap(({ key: [, accessKeyId] }) => {
      const record = tx.accessKeys.get([accessKeyId]);
      return record?.kind === 'long-term' ? [record] : [];
    })
    .sort((a, b) => a.createdMs - b.createdMs);
}

const keyCells = ({ status, createdMs }: AccessKeyRecord, use: KeyUse | undefined): string[] => [
  String(status === 'Active'),
  timeText(createdMs),
  ...(use ? [timeText(use.timeMs), use.region, use.service] : ['N/A', 'N/A', 'N/A']),
];

interface KeyUse {
  readonly timeMs: number;
  readonly region: string;
  readonly service: string;
}

/** The last use of each access key, from the records of the account's calls. */
function keyUses(account: AccountId, tx: Tx): ReadonlyMap<string, KeyUse> {
  const uses = new Map<string, KeyUse>();
  for (const { value } of callRows({ under: [account] }, tx)) {
    const { accessKeyId } = value.caller;
    if (accessKeyId === undefined || value.viaService !== undefined) continue;
    const before = uses.get(accessKeyId);
    if (before && before.timeMs > value.timeMs) continue;
    uses.set(accessKeyId, { timeMs: value.timeMs, region: value.region, service: value.service });
  }
  return uses;
}

/** AWS's form has no fraction: 2026-05-04T09:00:00+00:00. */
const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

/** A name may have a comma in it. */
const cell = (text: string): string => (text.includes(',') ? `"${text}"` : text);
