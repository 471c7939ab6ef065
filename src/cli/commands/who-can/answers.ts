/** Asks about every principal: finds the resource, what it takes, who there is, and decides. */

import type { AccountId } from '../../../api/arn.ts';
import { UsageError } from '../../../api/errors.ts';
import { nearest, oneOf } from '../../../api/nearest.ts';
import type { TrialPlace } from '../../../assemble.ts';
import { resolveCaller } from '../../../iam/principal.ts';
import type { Caller } from '../../../policy/caller.ts';
import type { StatedContext } from '../../../policy/stated-context.ts';
import { storeNow } from '../../../store/clock.ts';
import type { GrantRecord } from '../../../store/records/kms.ts';
import type { Session } from '../../session.ts';
import { serviceSettings } from '../../settings.ts';
import { type Prepare, resourcesWithPolicies } from '../explain/proposed.ts';
import { cellOf } from './cells.ts';
import { type Column, columnFor, policiesOf } from './columns.ts';
import { type Ground, type KeyGrants, keyGrants, keyOf, refusalIn, takingDown } from './ground.ts';
import type { Answers } from './page.ts';
import { matrixOf, wantedFor } from './permissions.ts';
import { outsiders, type Principal, sessionNamed, storedPrincipals } from './principals.ts';
import { targetArn, targetNamed } from './target.ts';

export interface WhoCanQuestion {
  /** A verb or a permission, or several with commas between them; undefined: all customary ones. */
  readonly action: string | undefined;
  readonly resource: string;
  readonly own: AccountId | undefined;
  readonly stated: StatedContext | undefined;
  /** The only principal that is asked about. */
  readonly because: string | undefined;
}

/** How it is asked. */
export interface Asking {
  /** Whether a principal with these names is wanted. */
  readonly isWanted: (names: readonly string[]) => boolean;
  readonly prepare?: Prepare | undefined;
}

/** The ARNs of the key, bucket or role that is asked about, and of what it takes besides. @throws UsageError */
export async function resourcesInQuestion(question: WhoCanQuestion, session: Session): Promise<readonly string[]> {
  const assembly = await session.store.assembly();
  const base = assembly.rehearse({ report: () => {}, denied: 'go-on', isUnseen: true });
  try {
    const { columns } = await columnsOn(groundOn(base, question, session), question);
    return resourcesWithPolicies(columns.flatMap(({ needs }) => needs.map(({ access }) => access.resource)));
  } finally {
    base.close();
  }
}

/**
 * Answers for all principals that are wanted, by any of their names.
 * @throws UsageError for what does not exist or does not fit
 */
export async function whoCanAnswers(
  question: WhoCanQuestion,
  session: Session,
  { isWanted, prepare = async () => {} }: Asking,
): Promise<Answers> {
  const assembly = await session.store.assembly();
  const base = assembly.rehearse({ report: () => {}, denied: 'go-on', isUnseen: true });
  try {
    await prepare(base);
    const ground = groundOn(base, question, session);
    const { target, columns, grants } = await columnsOn(ground, question);
    const known = everybody(columns, grants, ground);
    const { because } = question;
    const principals =
      because === undefined
        ? known.filter((principal) => isWanted(namesOf(principal)))
        : [principalNamed(because, known, ground, session)];
    for (const column of columns) await column.prepare(principals);
    const rows = principals.map((principal) => ({
      principal,
      cells: columns.map((column) => cellOf(principal, column)),
    }));
    return { resource: targetArn(target), columns, rows };
  } finally {
    base.close();
  }
}

async function columnsOn(ground: Ground, { action, resource }: WhoCanQuestion) {
  const { own = '', region, tx } = ground;
  const target = targetNamed(resource, { account: own, region, tx });
  const grants = keyGrants(ground);
  const wanted = action === undefined ? matrixOf(target) : wantedFor(action, target);
  const columns: Column[] = [];
  for (const one of wanted) columns.push(await columnFor(one, { ground, grants, target }));
  return { target, columns, grants };
}

function groundOn(base: TrialPlace, { own, stated }: WhoCanQuestion, session: Session): Ground {
  const { environment, region, settings } = session;
  // The tables of an overlay can be read as long as it is open.
  const tx = base.store.transact((rows) => rows);
  return {
    tx,
    now: new Date(storeNow(tx, environment.now())),
    own,
    region,
    rootKey: base.rootKey,
    settings: serviceSettings(settings),
    stated,
    async tryCall(operation, input, caller, at) {
      const { taken, decide } = takingDown(caller);
      const tried = base.rehearse({ report: () => {}, denied: 'go-on', isUnseen: true, stated, decide });
      try {
        await tried.load('s3', operation);
        await tried.pipeline.call('s3', operation, input, { caller: () => caller, region: at });
        return { taken, refusal: undefined };
      } catch (error) {
        return { taken, refusal: refusalIn(error) };
      } finally {
        tried.close();
      }
    },
  };
}

/** The principals of the store, and whoever the resources name besides. */
function everybody(columns: readonly Column[], grants: KeyGrants, ground: Ground): readonly Principal[] {
  const { own, now, tx } = ground;
  const policies = [...new Map(columns.flatMap(policiesOf).map((policy) => [policy.document, policy])).values()];
  const keys = new Set(
    columns.flatMap(({ needs }) =>
      needs.flatMap(({ access }) => (access.action.startsWith('kms:') ? [access.resource] : [])),
    ),
  );
  function* onKeys(): Iterable<GrantRecord> {
    for (const arn of keys) {
      const key = keyOf(arn, tx);
      if (key) yield* grants.of(key);
    }
  }
  const stored = storedPrincipals(own, now, tx);
  const others = outsiders({ policies, grants: onKeys() }, { own, now, tx });
  return [...stored, ...others];
}

const namesOf = ({ id, name }: Principal): readonly string[] => [id, name];

/** The principal with a name, one of those that there are or a session of a role. @throws UsageError */
function principalNamed(
  text: string,
  known: readonly Principal[],
  { own, now, tx }: Ground,
  { environment: { random } }: Session,
): Principal {
  const found = known.find((principal) => namesOf(principal).includes(text));
  if (found) return found;
  const names = known.map(({ name }) => name);
  let caller: Caller;
  try {
    caller = resolveCaller(text, own ?? '', { tx, now, random });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const near = nearest(text, names).map((name) => `"${name}"`);
    throw new UsageError(
      near.length === 0 ? error.message : `"${text}" is not one of the principals: did you mean ${oneOf(near)}?`,
    );
  }
  const same = known.find((principal) => principal.caller && sameCaller(principal.caller, caller, text));
  return same ?? sessionNamed(caller, text, tx);
}

/** Whether a text names a principal in another way; a role with a session is one session of it. */
function sameCaller(one: Caller, other: Caller, text: string): boolean {
  if (other.kind === 'role-session') {
    const isAnySession = /^(?:\d{12}:)?role\/[^/]+$|^arn:aws:iam:/.test(text);
    return one.kind === 'role-session' && (isAnySession ? one.roleId === other.roleId : one.arn === other.arn);
  }
  return 'arn' in one && 'arn' in other && one.arn === other.arn;
}
