/** Lines about work that continues when nobody reads them any more: `s3 cp … | head -1` copies everything. */

/** The same lines; when no more are read, the rest of the work is done silently. */
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
