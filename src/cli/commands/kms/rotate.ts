/** `ssebox kms rotate`: AWS KMS Developer Guide, "Perform on-demand key rotation". */

import type { RotationsListEntry } from '../../../api/model/kms.types.ts';
import { command, type Painter } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { pages } from '../../pages.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';
import { key, keyIdOf } from './key-argument.ts';

export const rotate = command({
  name: 'rotate',
  callsEndpoint: true,
  hasPage: true,
  summary: 'Rotate the material of a KMS key now, and show every generation',
  description:
    'New data is encrypted with the new material; older generations are kept and still decrypt what they encrypted. Stored data does not need to be encrypted again.',
  args: { key },
  examples: [
    'ssebox kms rotate alias/app',
    "ssebox kms rotate alias/app --query 'After[-1].KeyMaterialId' --output text",
  ],
  async run(values, session) {
    const KeyId = await keyIdOf(values, session);
    const before = await generations(KeyId, session);
    const { KeyId: Arn = KeyId } = await session.aws.call('kms', 'RotateKeyOnDemand', { KeyId });
    const after = await generations(KeyId, session);
    const rotated: Rotated = { key: values.args.key, before, after };
    return {
      kind: 'page',
      value: { KeyId: Arn, Before: before, After: after },
      page: (painter) => rotatedPage(rotated, painter),
    };
  },
});

interface Rotated {
  readonly key: string;
  readonly before: readonly RotationsListEntry[];
  readonly after: readonly RotationsListEntry[];
}

async function generations(KeyId: string, session: Session): Promise<RotationsListEntry[]> {
  const found: RotationsListEntry[] = [];
  const input = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' } as const;
  for await (const { Rotations = [] } of pages(session.aws, 'kms', 'ListKeyRotations', input)) found.push(...Rotations);
  return found;
}

const currentOf = (entries: readonly RotationsListEntry[]) =>
  entries.find(({ KeyMaterialState }) => KeyMaterialState === 'CURRENT')?.KeyMaterialId;

function rotatedPage({ key, before, after }: Rotated, painter: Painter): Shown[] {
  const known = new Set(before.map(({ KeyMaterialId }) => KeyMaterialId));
  const rows = after.map((entry, i) => [
    `${i + 1}`,
    entry.KeyMaterialId ?? '',
    known.has(entry.KeyMaterialId) ? stateText(entry) : `${stateText(entry)}, new`,
    timeText(entry.RotationDate) || '-',
    entry.RotationType ?? '-',
  ]);
  const isDone = currentOf(before) !== currentOf(after);
  const verdict = isDone
    ? painter.good(`${key} now encrypts with new material; every generation can still decrypt.`)
    : `${key} is being rotated: until that is done it encrypts with the previous material.`;
  const headers = ['GENERATION', 'MATERIAL', 'USE', 'ROTATED', 'TYPE'];
  return [...columns(headers, rows, '', painter), '', verdict];
}

function stateText({ KeyMaterialState }: RotationsListEntry): string {
  if (KeyMaterialState === 'CURRENT') return 'encrypts';
  return KeyMaterialState === 'NON_CURRENT' ? 'decrypts' : (KeyMaterialState?.toLowerCase().replaceAll('_', ' ') ?? '');
}
