import { createParser } from 'eventsource-parser';

/** One message of a stream of server-sent events. `id` is null where the message has none. */
export interface SseMessage {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

export interface SseOptions {
  /** Called with the server's wish for the pause before a reconnection, in ms. */
  readonly onRetry: (ms: number) => void;
  /** The stream counts as dropped when not even a comment arrives for this long, in ms. */
  readonly longestSilence: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The messages of a body, per https://html.spec.whatwg.org/multipage/server-sent-events.html. Ends where the body ends
 * or falls silent; a message that is cut off is dropped. Rejects as the body does, and with the signal's reason. Leaving
 * the loop cancels the body.
 */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  { onRetry, longestSilence, signal }: SseOptions,
): AsyncGenerator<SseMessage> {
  const arrived: SseMessage[] = [];
  const parser = createParser({
    onRetry,
    onEvent: ({ id = null, event = 'message', data }) => arrived.push({ id, event, data }),
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const leave = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', leave, { once: true });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const chunk = await readWithin(reader, longestSilence);
      signal?.throwIfAborted();
      if (chunk === null) return;
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    // A body that has failed rejects here too, with the error already thrown.
    leave();
  }
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  longestSilence: number,
): Promise<Uint8Array | null> {
  const silence = setTimeout(() => void reader.cancel().catch(() => undefined), longestSilence);
  try {
    return (await reader.read()).value ?? null;
  } finally {
    clearTimeout(silence);
  }
}
