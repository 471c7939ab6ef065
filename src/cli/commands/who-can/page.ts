/** The answers as a value for scripts and as tables for people. */

import { explainLines } from '../../../policy/explain.ts';
import type { Painter, Result, WithOptions } from '../../command.ts';
import { displayWidth } from '../../output/display-width.ts';
import type { Shown } from '../../output/painted.ts';
import { columns } from '../columns.ts';
import { decisionValue, targetValue } from '../explain/page.ts';
import { paragraph, treeOf } from '../explain/tree.ts';
import { type Cell, conditionText } from './cells.ts';
import type { Column } from './columns.ts';
import type { Principal } from './principals.ts';

export interface Row {
  readonly principal: Principal;
  /** One for each column. */
  readonly cells: readonly Cell[];
}

export interface Answers {
  /** The resource's ARN. */
  readonly resource: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

const needsValue = ({ needs }: Column) =>
  needs.map(({ access: { action, resource }, viaService }) => ({
    Action: action,
    Resource: resource,
    ...(viaService !== undefined && { ViaService: viaService }),
  }));

function cellValue(cell: Cell) {
  const { answer, bindings, assumes, dependsOn, because, denied } = cell;
  return {
    Answer: answer,
    ...(answer === 'if' && { Condition: conditionText(cell) }),
    ...(bindings.length > 0 && {
      If: bindings.map(({ key, values }) => ({
        Key: key.name,
        // An absent key has no value.
        Values: values.map(({ value }) => (value === undefined ? null : value.length === 1 ? value[0] : value)),
      })),
    }),
    ...(assumes !== undefined && { Assuming: assumes }),
    ...(dependsOn && { DependsOn: dependsOn }),
    Because: because,
    ...(denied && {
      Denial: {
        Action: denied.action,
        Resource: denied.resource,
        Gate: denied.gate,
        Explicit: denied.explicit,
        ...(denied.policy !== undefined && { Policy: denied.policy }),
        ...(denied.policyArn !== undefined && { PolicyArn: denied.policyArn }),
        ...(denied.sid !== undefined && { Sid: denied.sid }),
        ...(denied.index !== undefined && { Index: denied.index }),
        ...(denied.levels && { Levels: denied.levels.map(targetValue) }),
      },
    }),
  };
}

const principalValue = ({ id, kind }: Principal) => ({ Principal: id, Kind: kind });

const columnValue = (column: Column) => ({
  Action: column.name,
  Needs: needsValue(column),
  ...(column.refusal !== undefined && { RefusedAnyway: column.refusal }),
});

/** Who can do one thing, with the reasons. */
export function list({ resource, columns: [column], rows }: Answers): Result {
  if (!column) throw new Error('a list has a column');
  return {
    kind: 'page',
    value: {
      Resource: resource,
      ...columnValue(column),
      Principals: rows.map(({ principal, cells }) => ({
        ...principalValue(principal),
        ...(cells[0] && cellValue(cells[0])),
      })),
    },
    page: (painter) => {
      const shown = byAnswer(rows).map(({ principal, cells: [cell] }) => [
        principal.name,
        cell?.answer ?? '',
        cell ? whyOf(cell) : '',
      ]);
      const headers = ['principal', 'may', 'why'];
      return [
        ...headLines(`${column.name} ${resource}`, column, painter),
        ...columns(headers, shown, 'no principal is left', painter, [
          [2, 'wrapped', 30],
          [0, 'shortened', 20],
        ]),
        '',
        ...closing(rows, painter),
      ];
    },
  };
}

const whyOf = (cell: Cell): string => (cell.answer === 'if' ? conditionText(cell) : cell.because);

const RANKS = { yes: 0, if: 1, no: 2 } as const;

const byAnswer = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((one, other) => RANKS[one.cells[0]?.answer ?? 'no'] - RANKS[other.cells[0]?.answer ?? 'no']);

function headLines(title: string, column: Column, painter: Painter): readonly Shown[] {
  const needs = column.needs.map(
    ({ access: { action, resource }, viaService }) =>
      `${action} on ${resource}${viaService === undefined ? '' : `, through ${viaService}`}`,
  );
  const takes = needs.length > 1 ? [`it takes ${needs.join('; and ')}`] : [];
  const refusal = column.refusal === undefined ? [] : [`! at present it is refused whoever asks: ${column.refusal}`];
  return [
    ...paragraph(title, painter.strong, painter),
    ...[...takes].flatMap((text) => paragraph(text, (line) => line, painter)),
    ...refusal.flatMap((text) => paragraph(text, painter.bad, painter)),
    '',
  ];
}

function closing(rows: readonly Row[], painter: Painter): readonly Shown[] {
  const count = (answer: Cell['answer']) => rows.filter(({ cells }) => cells[0]?.answer === answer).length;
  const some = count('if');
  const text = `${count('yes')} of ${rows.length} may${some > 0 ? `, ${some} under conditions` : ''}; --because PRINCIPAL shows the whole decision`;
  return paragraph(text, painter.faint, painter);
}

/** Who can do what. */
export function matrix({ resource, columns: asked, rows }: Answers): Result {
  return {
    kind: 'page',
    value: {
      Resource: resource,
      Actions: asked.map(columnValue),
      Principals: rows.map(({ principal, cells }) => ({
        ...principalValue(principal),
        Answers: cells.map((cell, i) => ({ Action: asked[i]?.name, ...cellValue(cell) })),
      })),
    },
    page: (painter) => matrixPage({ resource, columns: asked, rows }, painter),
  };
}

function matrixPage({ resource, columns: asked, rows }: Answers, painter: Painter): readonly Shown[] {
  const notes: string[] = [];
  const shown = rows.map(({ principal, cells }) => [principal.name, ...cells.map((cell) => cellText(cell, notes))]);
  const headers = asked.map(({ name }) => name.replace(/^[a-z0-9-]+:/, ''));
  const refusals = asked.flatMap(({ name, refusal }) =>
    refusal === undefined ? [] : [`! at present ${name} is refused whoever asks: ${refusal}`],
  );
  const blocks = blocksOf(headers, shown, painter);
  return [
    ...paragraph(resource, painter.strong, painter),
    ...refusals.flatMap((text) => paragraph(text, painter.bad, painter)),
    ...blocks.flatMap((block) => [
      '',
      ...columns(
        ['principal', ...block.map((at) => headers[at] ?? '')],
        shown.map((row) => [row[0] ?? '', ...block.map((at) => row[at + 1] ?? '')]),
        'no principal is left',
        painter,
        [[0, 'shortened', 20]],
      ),
    ]),
    ...(notes.length > 0 ? [''] : []),
    ...notes.flatMap((note, i) => paragraph(`if ${i + 1}: ${note}`, (line) => line, painter)),
    '',
    ...paragraph('who-can ACTION RESOURCE has the reasons of one column', painter.faint, painter),
  ];
}

/** A condition is written once, and named by its number. */
function cellText(cell: Cell, notes: string[]): string {
  if (cell.answer !== 'if') return cell.answer;
  const text = conditionText(cell);
  if (!notes.includes(text)) notes.push(text);
  return `if ${notes.indexOf(text) + 1}`;
}

const GAP = 2;
const LEAST_NAME = 20;

/** The columns that fit beside one another; in a pipe, all do. */
function blocksOf(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  painter: Painter,
): readonly (readonly number[])[] {
  const widthOf = (at: number, header: string) =>
    Math.max(displayWidth(header), ...rows.map((row) => displayWidth(row[at] ?? '')));
  const name = widthOf(0, 'principal');
  const width = painter.isTerminal ? painter.width : Number.POSITIVE_INFINITY;
  const room = width - Math.min(name, Math.max(LEAST_NAME, width >> 1));
  const blocks: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  headers.forEach((header, at) => {
    const own = widthOf(at + 1, header) + GAP;
    const last = blocks.at(-1);
    if (last && used + own <= room) {
      last.push(at);
      used += own;
    } else {
      blocks.push([at]);
      used = own;
    }
  });
  return blocks;
}

type Showing = WithOptions<{
  readonly all: { readonly about: string; readonly type: 'boolean' };
  readonly 'show-context': { readonly about: string; readonly type: 'boolean' };
}>;

/** The whole decision for one principal. */
export function because({ resource, columns: asked, rows }: Answers, { options }: Showing): Result {
  const [row] = rows;
  if (!row) throw new Error('a decision is about a principal');
  const { principal, cells } = row;
  const decided = cells.map((cell) => cell.decisions());
  return {
    kind: 'page',
    value: {
      Resource: resource,
      ...principalValue(principal),
      Answers: cells.map((cell, i) => ({
        Action: asked[i]?.name,
        ...cellValue(cell),
        Decisions: decided[i]?.map(decisionValue),
      })),
    },
    page: (painter) =>
      cells.flatMap((cell, i) => [
        ...paragraph(headline(principal, cell, `${asked[i]?.name} ${resource}`), painter.strong, painter),
        '',
        ...(decided[i] ?? []).flatMap((decision) => [
          ...treeOf(explainLines(decision, { all: options.all, context: options['show-context'] }), painter),
          '',
        ]),
      ]),
  };
}

function headline({ name }: Principal, cell: Cell, what: string): string {
  switch (cell.answer) {
    case 'yes':
      return `${name} may ${what}`;
    case 'no':
      return `${name} may not ${what}${cell.decisions().length === 0 ? `: ${cell.because}` : ''}`;
    case 'if':
      return cell.dependsOn
        ? `whether ${name} may ${what} ${conditionText(cell)}`
        : `${name} may ${what} if ${conditionText(cell)}; then:`;
  }
}
