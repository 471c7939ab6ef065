/** `ssebox configure` alone: the region and the output format, asked for on a terminal or read from lines. */

import { UsageError } from '../../../api/errors.ts';
import type { Session } from '../../session.ts';
import { parseSetting, type SettingName, type SettingTexts } from '../../settings.ts';

interface Question {
  readonly text: string;
  /** The setting that an answer sets; absent for one that ssebox does not keep. */
  readonly setting?: SettingName;
}

const region: Question = { text: 'Default region name', setting: 'region' };
const output: Question = { text: 'Default output format', setting: 'output' };

/** What the AWS CLI asks for; a script that pipes its answers pipes all of them. */
const all: readonly Question[] = [
  { text: 'AWS Access Key ID', setting: 'aws_access_key_id' },
  { text: 'AWS Secret Access Key' },
  region,
  output,
];

/** An answer for each setting that is to change. An empty one leaves what is there. @throws UsageError */
export async function answers(session: Session, current: SettingTexts): Promise<SettingTexts> {
  const given = session.askText ? await asked(session.askText, current) : await piped(session);
  const changed = given.flatMap(([{ setting }, answer]) =>
    setting === undefined || answer === '' || answer === current[setting] ? [] : [[setting, answer] as const],
  );
  for (const [setting, answer] of changed) parseSetting(setting, answer);
  return Object.fromEntries(changed);
}

type Answer = readonly [question: Question, answer: string];

async function asked(ask: NonNullable<Session['askText']>, current: SettingTexts): Promise<Answer[]> {
  const given: Answer[] = [];
  for (const question of [region, output]) {
    const { text, setting = 'region' } = question;
    const shown = `${text} [${current[setting] ?? 'None'}]`;
    const answer = await ask(shown, (typed) => (typed === '' ? undefined : faultOf(setting, typed)));
    given.push([question, answer]);
  }
  return given;
}

function faultOf(setting: SettingName, text: string): string | undefined {
  try {
    parseSetting(setting, text);
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

/** Two lines are the region and the output format; more are the answers to all questions of the AWS CLI. */
async function piped({ stdin }: Session): Promise<Answer[]> {
  // Nobody is there who would end the lines.
  const text = stdin.isTerminal ? '' : Buffer.from(await stdin.readAll()).toString();
  if (text === '') {
    throw new UsageError(
      'there is nobody to ask for the region and the output format: set them with configure set',
      'ssebox configure set region us-east-1',
    );
  }
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const questions = lines.length > 2 ? all : [region, output];
  return questions.map((question, i) => [question, (lines[i] ?? '').trim()]);
}
