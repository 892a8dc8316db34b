import type { NewEvent } from '@baton/shared/ledger/event-log';

/** Text is held back at most this long, in ms, so that a token is not an event each. */
const FLUSH_AFTER = 100;

/**
 * Turns text as it arrives into `output.delta` events. `offset` counts characters from the start of the answer: when a
 * synthesis starts over, so do the offsets, and what came before is void.
 */
export function openOutputStream(append: (event: NewEvent) => Promise<unknown>) {
  let held = '';
  let offset = 0;
  let timer: NodeJS.Timeout | null = null;
  let written: Promise<unknown> = Promise.resolve();

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (held === '') return;
    const data = { text: held, offset };
    offset += held.length;
    held = '';
    written = written.then(() => append({ event: 'output.delta', data }));
    written.catch(() => undefined);
  }

  return {
    write(delta: string): void {
      held += delta;
      timer ??= setTimeout(flush, FLUSH_AFTER);
    },
    /** What was written so far is void: the answer comes anew. */
    restart(): void {
      held = '';
      offset = 0;
    },
    /** Resolves when all text is in the stream; rejects when some could not be written. */
    async end(): Promise<void> {
      flush();
      await written;
    },
  };
}

/**
 * For an answer that comes as a whole, over and over as its run begins again: it is told when it is final, and no version that was
 * sent back.
 */
export const openHeldStream: typeof openOutputStream = (append) => {
  const stream = openOutputStream(append);
  let text = '';
  return {
    write(delta) {
      text += delta;
    },
    restart() {
      text = '';
      stream.restart();
    },
    async end() {
      stream.write(text);
      text = '';
      await stream.end();
    },
  };
};
