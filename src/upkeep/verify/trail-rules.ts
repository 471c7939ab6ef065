/** What holds between the rows of trails. */

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { openKey } from '../../cloudtrail/delivery/signing-key.ts';
import { opens, type Rule, rule } from './rule.ts';

const trailAt = (number: number, name?: string): string =>
  name === undefined ? `the trail ${number}` : `the trail "${name}"`;

export const trailRules: readonly Rule[] = [
  rule('trails', 'every trail that is not deleted is found by its name', ['trailNames'], function* (row, { tx }) {
    const { account, homeRegion, name, deletedMs } = row.value;
    if (deletedMs !== undefined || tx.trailNames.get([account, homeRegion, name]) === row.key[0]) return;
    yield `${trailAt(row.key[0], name)} is not found by its name`;
  }),
  rule('trailNames', 'every name is that of a trail', ['trails'], function* ({ key, value }, { tx }) {
    const [account, region, name] = key;
    const trail = tx.trails.get([value]);
    const isIts = trail?.account === account && trail.homeRegion === region && trail.name === name;
    if (!isIts || trail.deletedMs !== undefined) yield `${trailAt(value, name)} is missing`;
  }),
  rule('trails', 'every trail that logs is in the list of its account', ['loggingTrails'], function* (row, { tx }) {
    const {
      key: [number],
      value: { account, name, isLogging },
    } = row;
    if (!isLogging || tx.loggingTrails.get([account])?.includes(number)) return;
    yield `${trailAt(number, name)} logs and is not in the list of those that do`;
  }),
  rule('loggingTrails', 'every trail in the list logs', ['trails'], function* ({ key: [account], value }, { tx }) {
    for (const number of value) {
      const trail = tx.trails.get([number]);
      if (trail?.isLogging !== true || trail.account !== account)
        yield `${trailAt(number)} is in the list of those that log`;
    }
  }),
  rule(
    'trails',
    'no trail is newer than the newest',
    ['facts'],
    function* ({ key: [number], value: { name } }, { tx }) {
      const fact = tx.facts.get(['lastTrail']);
      if (!fact || !('number' in fact) || fact.number < number)
        yield `${trailAt(number, name)} has a number that will be given again`;
    },
  ),
  rule(
    'trailQueue',
    'every event that waits belongs to a trail',
    ['trails'],
    function* ({ key: [number, at] }, { tx }) {
      if (!tx.trails.get([number]))
        yield `the event ${at} that waits for ${trailAt(number)} belongs to a trail that does not exist`;
    },
  ),
  rule('trailQueue', 'every event that waits is on record', ['managementCalls', 'dataCalls'], function* (row, { tx }) {
    const [recipient, region, timeMs, eventId] = row.value;
    const key = [recipient, region, timeMs, eventId] as const;
    if (tx.managementCalls.get(key) ?? tx.dataCalls.get(key)) return;
    yield `the event ${eventId}, which waits for ${trailAt(row.key[0])}, is missing`;
  }),
  rule('trailQueue', 'every event stands before the end of its queue', ['trailQueueEnds'], function* (row, { tx }) {
    const [number, at] = row.key;
    if ((tx.trailQueueEnds.get([number]) ?? 0) <= at)
      yield `the event ${at} that waits for ${trailAt(number)} stands beyond its end`;
  }),
  rule('trailQueueEnds', 'every queue belongs to a trail', ['trails'], function* ({ key: [number] }, { tx }) {
    if (!tx.trails.get([number])) yield `a queue belongs to ${trailAt(number)}, which does not exist`;
  }),
  rule(
    'trailDeliveries',
    'every delivery belongs to a trail',
    ['trails'],
    function* ({ key: [number, region] }, { tx }) {
      if (!tx.trails.get([number])) yield `a delivery of ${region} belongs to ${trailAt(number)}, which does not exist`;
    },
  ),
  rule(
    'trailSigningKeys',
    'every signing key opens under the root key, and fits its public key',
    [],
    function* ({ key, value }, { rootKey }) {
      let fits = false;
      const isOpen = opens(() => {
        const privateKey = createPrivateKey({ key: openKey(value, key, rootKey), format: 'der', type: 'pkcs8' });
        fits = createPublicKey(privateKey).export({ type: 'pkcs1', format: 'der' }).equals(value.publicKey);
      });
      if (!isOpen || !fits) yield `the signing key of CloudTrail in ${key[0]}`;
    },
  ),
];
