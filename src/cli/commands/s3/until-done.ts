/** Lines about work that goes on where nobody reads them any more: `s3 cp … | head -1` copies everything. */

/** The same lines; when no more are wanted, the rest is done untold. */
export async function* untilDone(lines: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  let isOver = false;
  try {
    while (true) {
      isOver = true;
      const next = await lines.next();
      if (next.done) return;
      isOver = false;
      yield next.value;
    }
  } finally {
    if (!isOver) for await (const _ of lines);
  }
}
