/** A figure beside its aim, and the table of them. */

export type Figure = Measured | Unmeasured;

interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** Absent: the figure is there to be seen. */
  readonly aim?: { readonly atLeast: number } | { readonly atMost: number } | undefined;
}

interface Unmeasured {
  readonly name: string;
  /** What it would have taken. */
  readonly needs: string;
}

export type Unit = '÷' | '/s' | 'B' | 'MiB' | 'MiB/s' | '%' | 's';

/** The figures as lines of text, with a word for whether each meets its aim. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) =>
    'needs' in figure
      ? [figure.name, '', '', figure.needs]
      : [figure.name, shown(figure.value, figure.unit), aimOf(figure), verdict(figure)],
  );
  const all = [['figure', 'measured', 'aim', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map(([name = '', value = '', aim = '', word = '']) =>
    `${name.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${aim.padStart(widths[2] ?? 0)}  ${word}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function aimOf({ aim, unit }: Measured): string {
  if (!aim) return '';
  return 'atLeast' in aim ? `≥ ${shown(aim.atLeast, unit)}` : `≤ ${shown(aim.atMost, unit)}`;
}

function verdict({ value, aim }: Measured): string {
  if (!aim) return '';
  return ('atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost) ? 'ok' : 'not';
}

function shown(value: number, unit: Unit): string {
  switch (unit) {
    case '÷':
      return value.toFixed(2);
    case '/s':
      return `${Math.round(value).toLocaleString('en')}/s`;
    case 'B':
      return `${Math.round(value).toLocaleString('en')} B`;
    case 'MiB':
      return `${value.toFixed(1)} MiB`;
    case 'MiB/s':
      return `${Math.round(value).toLocaleString('en')} MiB/s`;
    case '%':
      return `${value.toFixed(2)} %`;
    case 's':
      return `${value.toFixed(2)} s`;
  }
}
