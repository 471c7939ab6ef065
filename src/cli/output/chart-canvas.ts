/** What the lines of a chart are drawn on: cells of a terminal, each with eight dots of braille or one mark. */

/** A cell as it is shown: blank where nothing was drawn. */
export interface Cell {
  readonly char: string;
  /** The series that was drawn there last; undefined for a blank. */
  readonly series: number | undefined;
}

/** Where something is drawn: `x` and `y` from 0 at the left and the bottom to 1. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Canvas {
  line(from: Place, to: Place, series: number): void;
  /** A value that no line leads to. */
  mark(at: Place, series: number): void;
  /** From the top down. */
  rows(): readonly (readonly Cell[])[];
}

/** The marks of series that are told apart without colour. */
export const marksOf = (isUtf8: boolean): readonly string[] =>
  isUtf8 ? ['●', '○', '◆', '◇', '■', '□', '▲', '△'] : ['*', 'o', '+', 'x', '#', '@', '%', '&'];

/** A canvas of braille, whose dots are finer, but the same for all series. */
export const brailleCanvas = (width: number, height: number): Canvas =>
  canvas(width, height, { across: 2, down: 4, charOf: ({ dots, isMark }) => (isMark ? '•' : braille(dots)) });

/** A canvas of marks. */
export const markCanvas = (width: number, height: number, isUtf8: boolean): Canvas => {
  const marks = marksOf(isUtf8);
  return canvas(width, height, { across: 1, down: 1, charOf: ({ series }) => marks[series % marks.length] ?? '*' });
};

interface Drawn {
  dots: number;
  series: number;
  isMark: boolean;
}

interface Density {
  /** The dots of a cell. */
  readonly across: number;
  readonly down: number;
  readonly charOf: (drawn: Drawn) => string;
}

function canvas(width: number, height: number, { across, down, charOf }: Density): Canvas {
  const cells = new Map<number, Drawn>();
  const dotAt = ({ x, y }: Place) =>
    [Math.round(x * (width * across - 1)), Math.round((1 - y) * (height * down - 1))] as const;
  const draw = (x: number, y: number, series: number, isMark: boolean) => {
    const at = Math.floor(y / down) * width + Math.floor(x / across);
    const known = cells.get(at);
    const dots = (known?.dots ?? 0) | (1 << ((y % down) * across + (x % across)));
    cells.set(at, { dots, series, isMark: isMark || (known?.isMark ?? false) });
  };
  return {
    line(from, to, series) {
      const [x0, y0] = dotAt(from);
      const [x1, y1] = dotAt(to);
      const steps = Math.max(1, Math.abs(x1 - x0), Math.abs(y1 - y0));
      for (let i = 0; i <= steps; i++) {
        draw(Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps), series, false);
      }
    },
    mark(at, series) {
      draw(...dotAt(at), series, true);
    },
    rows: () =>
      Array.from({ length: height }, (_, row) =>
        Array.from({ length: width }, (_, column) => {
          const drawn = cells.get(row * width + column);
          return drawn ? { char: charOf(drawn), series: drawn.series } : { char: ' ', series: undefined };
        }),
      ),
  };
}

/** Unicode Standard, chapter 21, "Braille Patterns": the bits of the dots, from the left to the right and then down. */
const BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

const braille = (dots: number): string =>
  String.fromCodePoint(0x2800 + BITS.reduce((sum, bit, i) => (dots & (1 << i) ? sum + bit : sum), 0));
