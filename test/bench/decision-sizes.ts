/** Decisions under policies of 1, 10 and 1,000 statements, beside those of another evaluator on npm. */

import { evaluate } from '../../src/policy/evaluate.ts';
import { RequestContext } from '../../src/policy/global-context.ts';
import { parseJson } from '../../src/policy/json-text.ts';
import { type PolicyDocument, readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice } from '../policy/callers.ts';
import type { Figure } from './figure.ts';
import { median } from './measure.ts';

const account = { 's3:ResourceAccount': A };
const circumstances = {
  caller: alice,
  owner: A,
  region: 'us-east-1',
  now: new Date('2026-05-04T09:00:00Z'),
} as const;

/** Each statement allows the objects of one folder, with a condition. */
const policyOf = (count: number) => ({
  Version: '2012-10-17',
  Statement: Array.from({ length: count }, (_, at) => ({
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject*'],
    Resource: `${folder(at)}*`,
    Condition: { StringEquals: account },
  })),
});

const folder = (at: number) => `arn:aws:s3:::reports/team-${at}/`;

/** In the folder of the last statement, so that no evaluator can stop early. */
const requestOf = (count: number) => ({ action: 's3:GetObject', resource: `${folder(count - 1)}2026.csv` });

type Decide = () => Promise<void> | void;

/** Whether the policy is handed over as the evaluator keeps it, or as text. */
type Parsing = 'parsed before' | 'parsed each time';

function own(count: number): Record<Parsing, Decide> {
  const text = JSON.stringify(policyOf(count));
  const before = readPolicy(policyOf(count));
  const decide = (document: PolicyDocument) => {
    const context = new RequestContext(circumstances, account);
    const request = { caller: alice, ...requestOf(count), owner: A, context };
    if (!evaluate(request, { identity: [{ name: 'p', document }] }).allowed) throw new Error('denied');
  };
  return {
    'parsed before': () => decide(before),
    'parsed each time': () => decide(readPolicy(parseJson(text))),
  };
}

/** It reads policies in every call, from values; `runUnsafeSimulation` is the call without its checks. */
async function other(count: number): Promise<Record<Parsing, Decide>> {
  const { runSimulation, runUnsafeSimulation } = await import('@cloud-copilot/iam-simulate');
  const text = JSON.stringify(policyOf(count));
  const simulation = (policy: unknown) => {
    const { action, resource } = requestOf(count);
    return {
      request: {
        principal: alice.arn,
        action,
        resource: { resource, accountId: A },
        contextVariables: account,
      },
      identityPolicies: [{ name: 'p', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    };
  };
  const policy = policyOf(count);
  return {
    'parsed before': () => {
      if (runUnsafeSimulation(simulation(policy), {}) !== 'Allowed') throw new Error('denied');
    },
    async 'parsed each time'() {
      const answer = await runSimulation(simulation(JSON.parse(text)), {});
      if (answer.resultType === 'error' || answer.overallResult !== 'Allowed') throw new Error('denied');
    },
  };
}

const COUNTS = [1, 10, 1000];
const ROUNDS = 5;
/** Seconds of CPU in which decisions are counted, in each round. */
const LONG_ENOUGH = 0.2;

export async function decisionSizes(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of COUNTS) {
    const evaluators = { own: own(count), other: await other(count) };
    for (const parsing of ['parsed before', 'parsed each time'] as const) {
      const rates: Record<'own' | 'other', number[]> = { own: [], other: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const name of ['own', 'other'] as const) rates[name].push(await perCpuSecond(evaluators[name][parsing]));
      }
      const name = `policy decisions: ${count.toLocaleString('en')} statement${count === 1 ? '' : 's'}, ${parsing}`;
      figures.push(
        { name, value: median(rates.own), unit: '/s' },
        {
          name: `${name} ÷ @cloud-copilot/iam-simulate`,
          value: median(rates.own) / median(rates.other),
          unit: '÷',
          aim: { atLeast: 18 },
        },
      );
    }
  }
  return figures;
}

/** Decisions in a second of CPU, of all threads. */
async function perCpuSecond(decide: Decide): Promise<number> {
  let decided = 0;
  const start = process.cpuUsage();
  for (let batch = 1; ; batch *= 2) {
    for (let i = 0; i < batch; i += 1) await decide();
    decided += batch;
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    if (seconds >= LONG_ENOUGH) return decided / seconds;
  }
}
