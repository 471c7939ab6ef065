/** What help and manual say of a 1:1 command, beside the facts of its model. */

/** An operation that ssebox has. */
interface OfferedOperation {
  /** One line in the imperative. */
  readonly summary: string;
  /** Paragraphs after the summary, where it leaves something to say. */
  readonly description?: string | undefined;
  /** Whole command lines that run as they stand on the sample store (`ssebox store init --sample`). */
  readonly examples: readonly [string, string, ...string[]];
  readonly unavailable?: undefined;
}

/** An operation that AWS has and ssebox refuses. */
interface MissingOperation {
  readonly summary: string;
  readonly description?: undefined;
  readonly examples?: undefined;
  readonly unavailable: true;
}

export type OperationProse = OfferedOperation | MissingOperation;
