/** The state that tests begin from: of the store, or of what a file gives. */

import type { AccountId } from '../../../api/arn.ts';
import { AwsError, UsageError } from '../../../api/errors.ts';
import { placeOver, type TrialPlace } from '../../../assemble.ts';
import type { Rehearsal } from '../../../call/scope.ts';
import type { Environment } from '../../../env.ts';
import { noRows } from '../../../store/no-rows.ts';
import type { Program } from '../../command.ts';
import type { Globals } from '../../globals.ts';
import { withSignalOf } from '../../late-signal.ts';
import { rehearsingSession, type Session } from '../../session.ts';
import type { StandardInput } from '../../standard-input.ts';
import { requireFilledStore } from '../explain/expectation.ts';
import { endOf } from '../explain/rehearse.ts';
import type { ReadLine } from './command-lines.ts';
import type { Given } from './given.ts';
import { layGiven } from './lay-given.ts';
import type { Faults } from './reading.ts';
import type { Fault } from './source.ts';

/** The account of what is given, if it does not say. */
const USUAL_ACCOUNT: AccountId = '111122223333';

export interface Stage {
  /** Makes sessions with these global options; each tries calls over the state as it is at the beginning. */
  rehearse(globals: Globals): Session['rehearse'];
  close(): void;
}

/** How the state is made: nothing that is given has to be allowed. */
const making: Rehearsal = { report: () => {}, denied: 'go-on', isUnseen: true };

/** What stands in the store. @throws StoreError if it cannot be opened, or has nothing in it */
export async function storeStage(session: Session): Promise<Stage> {
  requireFilledStore('no test can be answered that has nothing given', session);
  const place = (await session.store.assembly()).rehearse(making);
  const { environment, settings, globals } = session;
  return stageOver(place, { environment, settings, globals }, session);
}

/** What it takes to make what a file gives. */
export interface Making {
  readonly session: Session;
  readonly program: Program;
  readonly readLine: ReadLine;
  /** Of the file. */
  readonly faults: Faults;
  /** Takes faults of any file. */
  readonly into: Fault[];
}

/** What a file gives, in memory. What cannot be made is noted. */
export async function givenStage(given: Given, { session, program, readLine, faults, into }: Making): Promise<Stage> {
  const { account = USUAL_ACCOUNT, region = 'us-east-1', run = [] } = given;
  let keyId: string | undefined;
  const environment: Environment = {
    ...session.environment,
    // The caller and the settings that it names belong to a store.
    variables: {},
    uuid: () => keyId ?? session.environment.uuid(),
  };
  const place = placeOver(noRows, { environment }, making);
  const around: Around = { environment, settings: { account }, globals: { region } };
  const here = (globals: Globals, tell: (line: string) => void) =>
    rehearsingSession(trialSources(around, globals, session), tell, async () => place);
  await layGiven(given, {
    session: here({}, () => {}),
    account,
    region,
    async withKeyId(id, work) {
      // KMS puts the prefix before the ids of multi-Region keys.
      keyId = id.replace(/^mrk-/, '');
      try {
        return await work();
      } finally {
        keyId = undefined;
      }
    },
    faults,
    into,
  });
  for (const { at, value } of run) {
    const told: string[] = [];
    try {
      const { asked, globals } = await readLine(value);
      const own = here({ as: 'root', ...globals }, (line) => told.push(line));
      const exitCode = await endOf(await asked.spec.run(asked.values, own, program));
      if (exitCode !== 0) faults.add(at, `the command ends with exit code ${[exitCode, ...told].join(': ')}`);
    } catch (error) {
      if (error instanceof AwsError) faults.add(at, `${error.code}: ${error.message}`);
      else if (error instanceof UsageError) faults.add(at, error.message);
      else throw error;
    }
  }
  return stageOver(place, around, session);
}

type TrialSources = Parameters<typeof rehearsingSession>[0];

/** What all sessions over one state have in common. */
type Around = Pick<TrialSources, 'environment' | 'settings' | 'globals'>;

function stageOver(place: TrialPlace, around: Around, session: Session): Stage {
  const placeFor = place.rehearsals();
  return {
    rehearse: (globals) => (rehearsal, tell) =>
      rehearsingSession(trialSources(around, globals, session), tell, async () => placeFor(rehearsal)),
    close: () => place.close(),
  };
}

const trialSources = ({ environment, settings, globals }: Around, own: Globals, session: Session): TrialSources =>
  withSignalOf(session, { environment, settings, globals: { ...globals, ...own }, stdin: noInput });

/** What one command would read of the real one, others would miss. */
const noInput: StandardInput = {
  isTerminal: false,
  async *stream() {},
  readAll: async () => new Uint8Array(),
};
