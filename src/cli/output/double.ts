/**
 * Numbers that are doubles by the model. The AWS CLI prints them as Python does, with a point even where they are whole:
 * `5.0`, `1e-05`.
 */

/** A double in plain data. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A number as Python's `repr` prints a float: with an exponent below 0.0001 and from 1e16 on. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
