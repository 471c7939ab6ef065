/** `ssebox iam validate`: what is wrong with a policy before it is saved, and what does not do what it seems to. */

import { UsageError } from '../../../api/errors.ts';
import type { PlacedFinding } from '../../../policy/placed-findings.ts';
import type { PolicySize } from '../../../policy/policy-size.ts';
import { type PolicyType, policyTypeNames, policyTypes } from '../../../policy/policy-type.ts';
import { bucketUriChoices, keyChoices } from '../../choices.ts';
import { type Choices, command, type Painter } from '../../command.ts';
import { knownFile } from '../../known-file.ts';
import { painted, type Shown } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { fileBytes, nameOf } from '../../text-file.ts';

/** What has a policy of its own. */
const resourceChoices: Choices = async (session, at) =>
  (await Promise.all([keyChoices(session, at), bucketUriChoices(session, at)])).flat();

export const validate = command({
  name: 'validate',
  hasPage: true,
  makesNoCalls: true,
  summary: 'Check a policy for errors, and for what does not do what it seems to',
  description:
    'Reports what IAM, KMS, S3 or Organizations would refuse the policy for, and what IAM Access Analyzer or a careful reader would find: actions and condition keys that do not exist, keys that requests never have, values that never match, access for everybody, and statements without effect. Each finding has its place, its severity and how to mend it. Exits with 1 if there are errors, but not for warnings and suggestions.\n\nThe type of the policy is recognized from its statements, unless --type names it. Service control policies, permissions boundaries and session policies look like identity-based policies, so name them. Where there is a store, its principals, aliases and bucket keys are taken into account, too; none is created. Nothing is called or changed.',
  args: { file: { about: 'a file with the policy as JSON, or - for standard input', isPath: true, check: knownFile } },
  options: {
    type: {
      about: 'the type of the policy (default: recognized from its statements)',
      type: 'string',
      value: 'TYPE',
      choices: policyTypes,
    },
    resource: {
      about: 'the key or the bucket that the policy belongs to, as an ARN or a name',
      type: 'string',
      value: 'RESOURCE',
      choices: resourceChoices,
    },
  },
  examples: [
    'ssebox bucket policy get reports > policy.json && ssebox iam validate policy.json',
    'ssebox iam validate policy.json --type scp',
    "ssebox bucket policy get reports | ssebox iam validate - --resource s3://reports --query 'Findings[].[Line,Column,Message]'",
  ],
  async run({ args: { file }, options }, session) {
    const [text, { findingsIn }, { placed }, { sizeOf }, { withFacts }] = await Promise.all([
      textOf(file, session),
      import('../../../policy/findings.ts'),
      import('../../../policy/placed-findings.ts'),
      import('../../../policy/policy-size.ts'),
      import('../../policy-facts.ts'),
    ]);
    const found = await withFacts(options.resource, session, (facts) => findingsIn(text, options.type, facts));
    const report: Report = {
      file: nameOf(file),
      type: found.type,
      size: sizeOf(text, found.type),
      findings: placed(found.findings, text),
      isCut: found.isCut,
    };
    return {
      kind: 'page',
      value: reportValue(report),
      page: (painter) => reportPage(report, painter),
      failed: report.findings.some(({ severity }) => severity === 'error'),
    };
  },
});

/** @throws UsageError if it cannot be read, is too large, or is not text. */
async function textOf(file: string, { stdin }: Session): Promise<string> {
  const bytes = file === '-' ? await stdin.readAll() : fileBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${file === '-' ? 'standard input' : `the file "${file}"`} is not text in UTF-8`);
  }
}

interface Report {
  readonly file: string;
  readonly type: PolicyType;
  readonly size: PolicySize;
  readonly findings: readonly PlacedFinding[];
  readonly isCut: boolean;
}

const reportValue = ({ type, size, findings, isCut }: Report) => ({
  PolicyType: type,
  Size: size.size,
  SizeLimits: size.limits.map(({ of, most }) => ({ For: of, Limit: most })),
  Findings: findings.map(({ kind, severity, line, column, path, says, advice, refusal }) => ({
    Kind: kind,
    Severity: severity,
    Line: line,
    Column: column,
    Path: path,
    Message: says,
    ...(advice !== undefined && { Fix: advice }),
    ...(refusal !== undefined && { Refusal: refusal }),
  })),
  ...(isCut && { IsTruncated: true }),
});

function reportPage(report: Report, painter: Painter): readonly Shown[] {
  const { file, findings, isCut } = report;
  const lines = findings.map(({ kind, severity, line, column, says, advice }) => {
    const word = severity.replace('-', ' ');
    const severe = severity === 'error' ? painter.bad(word) : painter.strong(word);
    const mend = advice === undefined ? '' : painted`: ${advice}`;
    return painted`${file}:${line}:${column}: ${severe}: ${says}${mend} ${painter.faint(`[${kind}]`)}`;
  });
  const more = isCut ? [`there are more than these ${findings.length} findings`] : [];
  return [...lines, ...more, summaryOf(report, painter)];
}

function summaryOf({ type, size: { size, counts, limits }, findings }: Report, painter: Painter): Shown {
  const largest = Math.max(...limits.map(({ most }) => most));
  const about = `${policyTypeNames[type]}, ${size} of ${largest} ${counts}`;
  if (findings.length === 0) return painted`${painter.good('no findings')}: ${about}`;
  const counted = (['error', 'security-warning', 'warning', 'suggestion'] as const).flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity.replace('-', ' ')}${count === 1 ? '' : 's'}`];
  });
  return painted`${counted.join(', ')}: ${about}`;
}
