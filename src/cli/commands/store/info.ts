/** `ssebox store info`: where the store is and what it has; without the passphrase of a sealed one, what its files say. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../../api/file-error.ts';
import { passphraseIn } from '../../../env.ts';
import { storeNow } from '../../../store/clock.ts';
import { freeBytes, tableSizes } from '../../../store/data-file.ts';
import { rootKeyFacts } from '../../../store/root-key-file.ts';
import { FORMAT } from '../../../store/store-key.ts';
import { countsOf } from '../../../upkeep/contents.ts';
import { folderWarnings } from '../../../upkeep/folder-access.ts';
import type { Painter, Result } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { humanSize } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';

/** Describes the store. A sealed one is opened only with the passphrase in the environment: nobody is asked. */
export async function info(session: Session): Promise<Result> {
  const { globals, environment, settings } = session;
  const folder = storeFolder(globals, environment, settings);
  const file = rootKeyFacts(folder);
  const isClosed = file?.isSealed === true && passphraseIn(environment) === undefined;
  const opened = isClosed ? undefined : await contentsOf(session);
  const value = {
    Store: folder,
    Format: opened ? FORMAT : file?.storeFormat,
    Sealed: file?.isSealed ?? false,
    Bytes: sizeOf(folder).bytes,
    FreeBytes: freeBytes(folder),
    BlobFiles: sizeOf(join(folder, 'blobs')).files,
    BlobBytes: sizeOf(join(folder, 'blobs')).bytes,
    ...(opened && { Clock: opened.clock, Counts: opened.counts, Tables: tablesOf(folder) }),
    Warnings: folderWarnings(folder),
  };
  const page = (painter: Painter) => [
    painted`${painter.strong(folder)} ${painter.faint(`(format ${value.Format}${value.Sealed ? ', sealed' : ''})`)}`,
    `  on the disk  ${humanSize(value.Bytes)}`,
    ...(value.FreeBytes === undefined
      ? []
      : [`  free         ${humanSize(value.FreeBytes)} in store.mdb, where deleted rows can still be: store compact`]),
    `  blob files   ${value.BlobFiles} with ${humanSize(value.BlobBytes)}`,
    ...(opened ? [`  clock        ${opened.clock.toISOString()}`] : []),
    ...Object.entries(opened?.counts ?? {}).map(([name, count]) => `  ${name.padEnd(11)}  ${count}`),
    ...tableLines(value.Tables, painter),
    ...value.Warnings.map((warning) => painter.bad(warning)),
    ...(isClosed ? [painter.faint('  SSEBOX_PASSPHRASE shows what is in it')] : []),
  ];
  return { kind: 'page', value, page };
}

interface TableRow {
  readonly Name: string;
  readonly Rows: number;
  readonly Bytes: number;
}

/** The tables with rows, the largest first; undefined if the data file cannot be read. */
const tablesOf = (folder: string): TableRow[] | undefined =>
  tableSizes(folder)
    ?.map(({ table, rows, bytes }) => ({ Name: table, Rows: rows, Bytes: bytes }))
    .sort((one, other) => other.Bytes - one.Bytes || (one.Name < other.Name ? -1 : 1));

function tableLines(tables: readonly TableRow[] | undefined, painter: Painter): Shown[] {
  if (!tables || tables.length === 0) return [];
  const rows = tables.map(({ Name, Rows, Bytes }) => [Name, String(Rows), humanSize(Bytes)]);
  return ['', ...columns(['TABLE', 'ROWS', 'SIZE'], rows, '', painter)];
}

async function contentsOf({ store, environment }: Session) {
  const { store: opened } = await store.assembly();
  const machineMs = environment.now();
  return {
    clock: new Date(opened.transact<number>((tx) => storeNow(tx, machineMs))),
    counts: countsOf(opened.counts()),
  };
}

interface Size {
  readonly files: number;
  /** On the disk. */
  readonly bytes: number;
}

/** The complete files in a folder and below, some of which may be removed at this moment. */
function sizeOf(folder: string): Size {
  let [files, bytes] = [0, 0];
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const below = sizeOf(path);
      files += below.files;
      bytes += below.bytes;
    } else {
      if (!entry.name.endsWith('.part')) files += 1;
      // Blocks, not length: the database file may have holes.
      bytes += (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
    }
  }
  return { files, bytes };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
