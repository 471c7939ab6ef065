/**
 * The access key ids of sessions, and of the credentials that an endpoint makes for itself. What is left of a session is
 * removed some time after its end, and an endpoint's are in no table at all; they may still be in somebody's environment,
 * and must not be taken for those of another store, which are ignored. So an id of this store is known by itself: its last
 * eight characters are a keyed hash of the others.
 */

import { createHmac } from 'node:crypto';
import { hashLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { Tx } from '../store/tables.ts';
import { idText, newEntityId } from './entity-id.ts';

/** The prefix and 40 random bits; then 40 bits of the hash: that many ids of others would have to be tried to meet one. */
const OWN_LENGTH = 12;
const HASH_BYTES = 8;

/** With what ids are made. */
interface IdGround {
  readonly tx: Tx;
  readonly random: (size: number) => Uint8Array;
  readonly rootKey: RootKey;
}

/** The id of a new session, which no other one has. */
export const newSessionKeyId = (ground: IdGround): string => newKnownId('ASIA', '', ground);

/** The id of new credentials of an endpoint, which no access key or session has: with a token, it begins as a session's. */
export const newEndpointKeyId = (prefix: 'AKIA' | 'ASIA', ground: IdGround): string =>
  newKnownId(prefix, ENDPOINT, ground);

function newKnownId(prefix: 'AKIA' | 'ASIA', kind: string, { tx, random, rootKey }: IdGround): string {
  for (;;) {
    const own = newEntityId(prefix, random).slice(0, OWN_LENGTH);
    const id = `${own}${hashOf(`${kind}${own}`, rootKey)}`;
    if (!tx.accessKeys.get([id])) return id;
  }
}

/** What the ids of endpoints are hashed with, besides themselves. */
const ENDPOINT = 'endpoint ';

/** Whether this store gave the id to a session. Ids of earlier versions of ssebox do not show it. */
export const isSessionKeyId = (id: string, rootKey: RootKey): boolean =>
  /^ASIA[A-Z2-7]{16}$/.test(id) && endsWithHash(id, '', rootKey);

/** Whether an endpoint of this store made the id. The ids of access keys do not show whose they are. */
export const isEndpointKeyId = (id: string, rootKey: RootKey): boolean =>
  /^A[KS]IA[A-Z2-7]{16}$/.test(id) && endsWithHash(id, ENDPOINT, rootKey);

const endsWithHash = (id: string, kind: string, rootKey: RootKey): boolean =>
  id.slice(OWN_LENGTH) === hashOf(`${kind}${id.slice(0, OWN_LENGTH)}`, rootKey);

const hashOf = (text: string, rootKey: RootKey): string =>
  idText(createHmac('sha256', rootKey.derive(hashLabels.sessionKeyId)).update(text).digest().subarray(0, HASH_BYTES));
