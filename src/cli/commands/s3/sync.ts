/**
 * `ssebox s3 sync`: copies what is missing or differs. AWS CLI Command Reference, s3 sync: compares size, then time,
 * never the content.
 */

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../../api/errors.ts';
import { command, type OptionSpec, type Result, type WithOptions } from '../../command.ts';
import type { Session } from '../../session.ts';
import { SERVED } from '../serve/served-line.ts';
import { type Carry, carrier } from './carrier.ts';
import { caseGuard } from './case-conflicts.ts';
import { makeTargetFolder } from './download.ts';
import { filterOf } from './filters.ts';
import { missingSource, pathBelow, printPath } from './local-path.ts';
import { copyPaths } from './object-argument.ts';
import { deletion } from './rm.ts';
import { runTransfers } from './run-transfers.ts';
import { aboutSides, hasLocalSide } from './side-options.ts';
import { type Sides, sidesOf } from './sides.ts';
import { filesBelow, objectsUnder, ownFilesBelow, type Source } from './sources.ts';
import type { Fatal, Skipped, Target, Transfer } from './transfer.ts';
import { followsLinks, keepsTarget, requireFitting, type TransferValues, transferOptions } from './transfer-options.ts';
import { folderKey, isS3Uri, s3Uri } from './uri.ts';

const syncOptions = {
  delete: { about: 'delete from the target what is not in the source', type: 'boolean' },
  'size-only': { about: 'treat files of the same size as equal', type: 'boolean' },
  'exact-timestamps': { about: 'download objects whose time differs, even if they are older', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

type SyncValues = TransferValues & WithOptions<typeof syncOptions>;

export const sync = command({
  name: 'sync',
  callsEndpoint: true,
  hasLocalSide,
  summary: 'Make a folder or prefix match another',
  description: `A download replaces the links that it meets below its folder, and an upload leaves out the temporary files of interrupted downloads.\n\n${aboutSides}`,
  args: copyPaths({ source: 'a folder or s3://BUCKET/PREFIX', target: 's3://BUCKET/PREFIX or a folder' }),
  options: {
    ...syncOptions,
    ...transferOptions,
  },
  examples: [
    'ssebox s3 sync s3://reports ./reports',
    'ssebox s3 sync s3://photos s3://drafts/photos --exclude "2026/*" --dryrun',
    `${SERVED}; eval "$(ssebox env --port $PORT | grep AWS_)"; ssebox s3 mb s3://far --endpoint-url $AWS_ENDPOINT_URL && ssebox s3 sync s3://photos s3://far --from-store --only-show-errors; kill $!`,
  ],
  async run(values, session): Promise<Result> {
    const places = [values.args.source, values.args.target].map(placeOf);
    const [source, target] = places;
    if (!source || !target || (source.kind === 'local' && target.kind === 'local')) {
      throw new UsageError([
        'usage: ssebox s3 sync <LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>',
        'Error: Invalid argument type',
      ]);
    }
    if ([source, target].some((place) => place.kind === 'local' && place.path === '-')) {
      throw new UsageError('Streaming currently is only compatible with non-recursive cp commands');
    }
    const sides = await sidesOf(values.args, values, session);
    requireFitting(values, source.kind === 'local' ? 'upload' : target.kind === 'local' ? 'download' : 'copy');
    const missing = source.kind === 'local' ? await missingSource(source.path, session) : undefined;
    if (missing) return missing;
    if (target.kind === 'local' && !values.options.dryrun) await makeTargetFolder(target.path, session);
    const carry = await carrier({ sides, deletesSource: false, isDeep: true }, values, session);
    return runTransfers(differences({ source, target, sides }, carry, values, session), values, session);
  },
});

const placeOf = (text: string): Target =>
  isS3Uri(text) ? { kind: 's3', uri: s3Uri(text) } : { kind: 'local', path: text };

/** What is compared. */
interface Compared {
  readonly source: Target;
  readonly target: Target;
  readonly sides: Sides;
}

async function* differences(
  { source, target, sides }: Compared,
  carry: Carry,
  values: SyncValues,
  session: Session,
): AsyncGenerator<Transfer | Skipped | Fatal> {
  const isTaken = filterOf(values);
  const guard = caseGuard(values);
  const there = new Map<string, Source>();
  if (target.kind === 's3' || (await stat(target.path).catch(() => undefined))) {
    const existing =
      target.kind === 's3' ? objectsUnder(target.uri, { aws: sides.target }) : ownFilesBelow(target.path);
    for await (const each of existing) {
      if ('warning' in each) yield each;
      else there.set(each.path, each);
    }
  }
  for await (const each of sourcesIn({ source, sides }, values)) {
    if ('warning' in each) {
      yield each;
      continue;
    }
    const goesDown = target.kind === 'local';
    const path = goesDown ? pathBelow(each.path) : each.path;
    const other = there.get(path);
    there.delete(path);
    if (!isTaken(each)) continue;
    if (other && (keepsTarget(values) || !differs(each, other, values, { goesDown }))) continue;
    const place = below(target, each.path);
    const transfer = carry(each, place);
    if (transfer && !other) yield* guard(each, place, transfer);
    else if (transfer) yield transfer;
  }
  if (!values.options.delete) return;
  for (const each of there.values()) {
    const { place } = each;
    if (!isTaken(each)) continue;
    yield place.kind === 'object'
      ? deletion(place.uri, { aws: sides.target }, { grouped: true })
      : fileDeletion(place.file, session);
  }
}

const sourcesIn = (
  { source, sides }: Pick<Compared, 'source' | 'sides'>,
  values: TransferValues,
): AsyncIterable<Source | Skipped> =>
  source.kind === 's3'
    ? objectsUnder(source.uri, { aws: sides.source })
    : filesBelow(source.path, followsLinks(values));

/** A file older than its object is out of date; an upload or a copy is needed if the source is newer. */
function differs(
  source: Source,
  target: Source,
  { options }: SyncValues,
  { goesDown }: { readonly goesDown: boolean },
): boolean {
  if (source.size !== target.size) return true;
  if (options['size-only']) return false;
  // The time of an object is a whole second: a change later in that second counts as newer.
  const [from, to] = [source.modifiedMs, target.modifiedMs];
  if (!goesDown) return from > to;
  // Other systems than AWS list milliseconds, of which the answer to a download knows nothing.
  return options['exact-timestamps'] ? Math.floor(from / 1000) * 1000 !== to : to > from;
}

function below(target: Target, path: string): Target {
  if (target.kind === 'local') return { kind: 'local', path: join(target.path, path), below: target.path };
  return { kind: 's3', uri: { ...target.uri, key: `${folderKey(target.uri)}${path}` } };
}

const fileDeletion = (file: string, { rehearses }: Session): Transfer => ({
  verb: 'delete',
  from: printPath(file),
  size: 0,
  async run() {
    if (!rehearses) await rm(file);
    return 'done';
  },
});
