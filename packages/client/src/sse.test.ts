import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readMessages, type SseMessage } from './sse.ts';

function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function readAll(
  chunks: readonly Uint8Array[],
): Promise<{ messages: SseMessage[]; retries: number[] }> {
  const messages: SseMessage[] = [];
  const retries: number[] = [];
  const options = { onRetry: (ms: number) => void retries.push(ms), longestSilence: 60_000 };
  for await (const message of readMessages(bodyOf(chunks), options)) messages.push(message);
  return { messages, retries };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The bytes, cut at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

const field = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => text.replaceAll(/[\r\n\0\ufeff]/g, ''));
const written = fc.record({
  id: fc.option(fc.nat().map(String)),
  event: field.map((text) => text.trim() || 'goal.planned'),
  lines: fc.array(field, { minLength: 1, maxLength: 4 }),
  newline: fc.constantFrom('\n', '\r\n'),
  comment: fc.boolean(),
});

describe('readMessages', () => {
  it('reads the same messages wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(written, { maxLength: 6 }),
        fc.array(fc.nat(2_000), { maxLength: 20 }),
        async (all, places) => {
          const text = all.map(({ id, event, lines, newline, comment }) =>
            [
              ...(comment ? [': heartbeat', ''] : []),
              ...(id === null ? [] : [`id: ${id}`]),
              `event: ${event}`,
              ...lines.map((line) => `data: ${line}`),
              '',
              '',
            ].join(newline),
          );
          const { messages } = await readAll(cut(encode(`\ufeff${text.join('')}`), places));
          expect(messages).toEqual(
            all.map(({ id, event, lines }) => ({ id, event, data: lines.join('\n') })),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('hands the wish for a pause on, and drops a message that is cut off', async () => {
    const { messages, retries } = await readAll([
      encode('retry: 250\n\nid: 1\ndata: {}\n\nid: 2\ndata: {"a"'),
    ]);
    expect(retries).toEqual([250]);
    expect(messages).toEqual([{ id: '1', event: 'message', data: '{}' }]);
  });

  it('ends when the body falls silent', async () => {
    vi.useFakeTimers();
    try {
      const cancelled = vi.fn();
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(encode('data: 1\n\n')),
        cancel: cancelled,
      });
      const reading = readMessages(body, { onRetry: () => undefined, longestSilence: 45_000 });
      expect((await reading.next()).value).toMatchObject({ data: '1' });
      const next = reading.next();
      await vi.advanceTimersByTimeAsync(44_999);
      expect(cancelled).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(await next).toEqual({ done: true, value: undefined });
      expect(cancelled).toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with the reason of an abort while it waits for more, and cancels the body', async () => {
    const ending = new AbortController();
    const cancelled = vi.fn();
    const abortOnRead = (): Promise<void> => {
      ending.abort('enough');
      return new Promise(() => undefined);
    };
    const body = new ReadableStream<Uint8Array>(
      { pull: abortOnRead, cancel: cancelled },
      { highWaterMark: 0 },
    );
    const options = { onRetry: () => undefined, longestSilence: 60_000, signal: ending.signal };
    await expect(readMessages(body, options).next()).rejects.toBe('enough');
    expect(cancelled).toHaveBeenCalled();
  });

  it('cancels the body when the reader leaves', async () => {
    const cancelled = vi.fn();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encode('data: 1\n\ndata: 2\n\n')),
      cancel: cancelled,
    });
    for await (const _ of readMessages(body, { onRetry: () => undefined, longestSilence: 60_000 })) break;
    expect(cancelled).toHaveBeenCalledOnce();
  });
});
