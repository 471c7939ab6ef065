/** `ssebox quota`: how many requests AWS allows, how many were made, and what is refused. */

import { UsageError } from '../../api/errors.ts';
import { quotasOf } from '../../quotas/aws-quotas.ts';
import { profiles, quotaServices } from '../../quotas/aws-values.ts';
import {
  isEnforced,
  profileOf,
  quotasByHand,
  resetQuota,
  setEnforcement,
  setProfile,
  setQuota,
} from '../../quotas/settings.ts';
import { type CommandNode, command, type Painter, type Result } from '../command.ts';
import type { Session } from '../session.ts';
import {
  findNamed,
  keyOption,
  type NamedQuota,
  placeOf,
  prefixRates,
  quotaChoices,
  quotaNamed,
  rateOfKey,
} from './quota/named-quota.ts';
import { isNotable, type QuotaEntry, quotaEntry, quotaTable } from './quota/quota-entry.ts';
import { quotaValue } from './quota/quota-value.ts';

const quota = {
  about: "the quota, by its name, AWS's code or AWS's title",
  optional: true,
  choices: quotaChoices,
} as const;

const list = command({
  name: 'list',
  hasPage: true,
  summary: 'List the quotas in use with their values and the requests of the last minute',
  description:
    "Shown are the quotas of the caller's account in this region that were used in the last minute, were ever exceeded, or have another value than AWS's. MINUTE counts the requests of the last minute, PEAK the most of them in one second, and THROTTLED those that AWS would have throttled or, where a rate is enforced, that were. Requests are counted by the machine's clock, whatever ssebox clock says.",
  options: {
    service: { about: 'list only the quotas of this service', type: 'string', choices: quotaServices },
    all: { about: 'also list the quotas that are not in use', type: 'boolean' },
  },
  examples: [
    'ssebox quota list',
    'ssebox quota list --all --service kms --region eu-west-1',
    'ssebox quota list --all --query "Quotas[?Kind == \'resource\'].[Name, Value]" --output text',
  ],
  async run({ options: { service, all } }, session) {
    const place = await placeOf(session);
    const machineMs = session.environment.now();
    const found = await session.store.transact((tx) => {
      const isAllEnforced = isEnforced(tx);
      const at = { tx, machineMs, isEnforced: isAllEnforced };
      const profile = profileOf(tx);
      const services = quotaServices.filter((each) => service === undefined || each === service);
      const ofAws = services.flatMap((each) => quotasOf(each, place.region, profile));
      const entries = ofAws.map((each) => quotaEntry({ ...place, service: each.service, name: each.name }, each, at));
      const known = new Set(ofAws.map(({ service: of, name }) => `${of} ${name}`));
      const ofKeys = [...quotasByHand(place, tx)].filter(
        (each) => services.includes(each.service) && !known.has(`${each.service} ${each.name}`),
      );
      return {
        Profile: profile,
        Enforced: isAllEnforced,
        Quotas: [...entries, ...ofKeys.map((each) => quotaEntry(each, undefined, at))],
      };
    });
    const Quotas = found.Quotas.filter((entry) => all || isNotable(entry));
    return { kind: 'page', value: { ...found, Quotas }, page: (painter) => listPage(Quotas, found.Enforced, painter) };
  },
});

function listPage(entries: readonly QuotaEntry[], isAllEnforced: boolean, painter: Painter) {
  const how = isAllEnforced
    ? 'requests over a rate are refused: ssebox quota enforce off only counts them'
    : 'requests over a rate of AWS are counted: ssebox quota enforce on refuses them';
  const empty = 'no quota is in use: ssebox quota list --all lists them';
  return [...quotaTable(entries, empty, painter), painter.faint(how)];
}

const set = command({
  name: 'set',
  hasPage: true,
  summary: 'Set the value of a quota in this region, which is enforced from the next call on',
  description:
    'A rate is in requests a second; below 1 it is one request in so many seconds. Unlike the values of AWS, which are only counted unless ssebox quota enforce on is given, what is set here is always enforced. AWS has no rate of a single key: it limits cryptographic operations with the key, whoever calls. --values chooses the rates that AWS has today or had before 2024, for the whole store.',
  args: { quota, value: { about: 'the new value, such as 5 or 0.5', optional: true } },
  options: {
    ...keyOption,
    's3-prefix-rates': {
      about: 'limit each prefix of a bucket to what S3 promises: 3,500 writes and 5,500 reads a second (default: off)',
      type: 'string',
      choices: ['on', 'off'],
    },
    values: { about: "which of AWS's values hold (default: current)", type: 'string', choices: profiles },
  },
  examples: [
    'ssebox quota set CreateKey 1',
    'ssebox quota set --key alias/app 50',
    'ssebox quota set L-6E3AF000 5500 --region eu-west-1 --output json',
    'ssebox quota set --s3-prefix-rates on',
    'ssebox quota set --values historic',
  ],
  async run({ args, options: { key, 's3-prefix-rates': prefixes, values: profile } }, session) {
    requireOne([profile, prefixes, key, key === undefined ? args.quota : undefined]);
    if (profile !== undefined) {
      await session.store.transact((tx) => setProfile(profile, tx));
      return { kind: 'none' };
    }
    if (prefixes !== undefined) {
      return changed(await prefixRates(session), session, ({ placed, quota: rate }, tx) => {
        if (rate && prefixes === 'on') setQuota(placed, rate.value, tx);
        else resetQuota(placed, tx);
      });
    }
    if (key !== undefined && args.value !== undefined) {
      throw new UsageError(
        `--key names the quota, so only the value is expected, not "${args.quota}" and "${args.value}"`,
      );
    }
    const named = await namedBy({ key, quota: args.quota }, session);
    const kind = named.quota?.kind ?? 'rate';
    const text = key === undefined ? args.value : args.quota;
    const value = quotaValue(text ?? (await asked(missingValue, (typed) => quotaValue(typed, kind), session)), kind);
    return changed([named], session, ({ placed }, tx) => setQuota(placed, value, tx));
  },
});

const reset = command({
  name: 'reset',
  hasPage: true,
  summary: "Give a quota AWS's value again",
  description:
    'This also takes back what Service Quotas has granted. --all resets every quota of the account in this region.',
  args: { quota },
  options: {
    ...keyOption,
    all: { about: 'every quota of the account in this region', type: 'boolean' },
  },
  examples: ['ssebox quota reset CreateKey', 'ssebox quota reset --key alias/app', 'ssebox quota reset --all'],
  async run({ args, options: { key, all } }, session) {
    requireOne([all ? 'all' : undefined, key, args.quota]);
    if (all) {
      const place = await placeOf(session);
      await session.store.transact((tx) => {
        for (const each of [...quotasByHand(place, tx)]) resetQuota(each, tx);
      });
      return { kind: 'none' };
    }
    const named = await namedBy({ key, quota: args.quota }, session);
    return changed([named], session, ({ placed }, tx) => void resetQuota(placed, tx));
  },
});

const enforce = command({
  name: 'enforce',
  summary: "Refuse requests over AWS's rates as AWS does, or only count them",
  description:
    'By default they are counted, so that nobody waits: AWS allows 5 calls of CreateKey a second. It is kept in the store, and holds for all accounts, regions and processes. What ssebox quota set sets is enforced either way.',
  args: {
    state: {
      about: 'on or off',
      choices: async () => [
        { value: 'on', about: 'refuse them' },
        { value: 'off', about: 'only count them' },
      ],
      check: isOn,
    },
  },
  examples: ['ssebox quota enforce on', 'ssebox quota enforce off'],
  async run({ args: { state } }, session) {
    const wanted = isOn(state);
    await session.store.transact((tx) => setEnforcement(wanted, tx));
    return { kind: 'none' };
  },
});

export const quotaCommands: readonly CommandNode[] = [list, set, reset, enforce];

/** @throws UsageError */
function isOn(state: string): boolean {
  if (state === 'on' || state === 'off') return state === 'on';
  throw new UsageError(`enforce takes on or off, not "${state}"`);
}

/** @throws UsageError when more than one says which quota it is. */
function requireOne(ways: readonly (string | undefined)[]): void {
  if (ways.filter((way) => way !== undefined).length < 2) return;
  throw new UsageError('a name and options such as --key each say which quota: use one of them');
}

/** The quota of a key or with a name, which a person is asked for. @throws UsageError when there is nobody to ask. */
async function namedBy(
  { key, quota: name }: { readonly key: string | undefined; readonly quota: string | undefined },
  session: Session,
): Promise<NamedQuota> {
  if (key !== undefined) return rateOfKey(key, session);
  return quotaNamed(name ?? (await asked(missingQuota, (typed) => findNamed(typed, session.region), session)), session);
}

const missingQuota = {
  question: "Quota, by its name, AWS's code or AWS's title:",
  error: new UsageError('a quota is missing', 'ssebox quota list --all lists them'),
};

const missingValue = {
  question: 'Its new value:',
  error: new UsageError('the value of the quota is missing', 'ssebox quota set CreateKey 5'),
};

/** What a person answers that `check` does not refuse. @throws the error when there is nobody to ask. */
async function asked(
  { question, error }: typeof missingQuota,
  check: (text: string) => unknown,
  { askText }: Session,
): Promise<string> {
  if (!askText) throw error;
  return askText(question, (typed) => {
    try {
      check(typed);
      return undefined;
    } catch (fault) {
      if (fault instanceof UsageError) return fault.message;
      throw fault;
    }
  });
}

/** Changes quotas, and shows them as they are then. */
async function changed(
  quotas: readonly NamedQuota[],
  session: Session,
  change: (named: NamedQuota, tx: Parameters<typeof setProfile>[1]) => void,
): Promise<Result> {
  const machineMs = session.environment.now();
  const Quotas = await session.store.transact((tx) => {
    const at = { tx, machineMs, isEnforced: isEnforced(tx) };
    for (const each of quotas) change(each, tx);
    return quotas.map(({ placed, quota: ofAws }) => quotaEntry(placed, ofAws, at));
  });
  return { kind: 'page', value: { Quotas }, page: (painter) => quotaTable(Quotas, '', painter) };
}
