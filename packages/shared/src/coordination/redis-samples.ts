/**
 * The latest calls and tasks of each kind, for whoever asks what is usual.
 *
 * 1. Nobody waits for a note, and nobody fails for want of one: what Redis can't take at once is dropped.
 * 2. Notes that come together leave together, in one pipeline.
 * 3. A question takes at most `READ_TIME`; without an answer what was known before is told, or null.
 * 4. A key is read at most once in `FRESH_MS` per process, whoever asks; one of which nothing was known again when this process notes something.
 */

import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { CallSamples, Sample, SampleOf, Typical } from '../model/call-samples.ts';
import { typicalOf } from '../model/typical-call.ts';
import type { Keyspace } from '../redis/keyspace.ts';

const MOST_SAMPLES = 300;
const KEPT_SECONDS = 30 * 24 * 3_600;
const FRESH_MS = 5_000;
/** Of an answer that there are none, since the first ones may come any moment, and of no answer. */
const FRESH_NOTHING_MS = 1_000;
const READ_TIME = 500;
const MOST_WAITING = 1_000;
const MOST_KEYS = 1_000;

/** `[ms, input tokens, output tokens, US dollars]` */
const stored = z.tuple([z.number(), z.number(), z.number(), z.number().nullable()]);

interface Known {
  readonly typical: Typical | null;
  readonly until: number;
}

export interface SamplesOptions {
  /** ms, on any clock that never goes back. */
  readonly now?: () => number;
}

export function redisSamples(
  redis: Redis,
  keyspace: Keyspace,
  { now = () => performance.now() }: SamplesOptions = {},
): CallSamples {
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<Typical | null>>();
  let waiting: { readonly key: string; readonly line: string }[] = [];

  async function send(): Promise<void> {
    const notes = waiting;
    waiting = [];
    if (redis.status !== 'ready') return;
    const pipeline = redis.pipeline();
    for (const { key, line } of notes) pipeline.lpush(key, line);
    for (const key of new Set(notes.map((note) => note.key))) {
      pipeline.ltrim(key, 0, MOST_SAMPLES - 1);
      pipeline.expire(key, KEPT_SECONDS);
    }
    await pipeline.exec();
    for (const { key } of notes) if (known.get(key)?.typical === null) known.delete(key);
  }

  async function read(key: string): Promise<Typical | null> {
    const lines = redis.status === 'ready' ? await withinTime(redis.lrange(key, 0, MOST_SAMPLES - 1)) : null;
    const typical = lines === null ? (known.get(key)?.typical ?? null) : typicalOf(lines.flatMap(sampleOf));
    const isFull = lines !== null && typical !== null;
    if (known.size >= MOST_KEYS) known.clear();
    known.set(key, { typical, until: now() + (isFull ? FRESH_MS : FRESH_NOTHING_MS) });
    return typical;
  }

  return Object.freeze({
    note(of: SampleOf, kind: string, model: string, { ms, inputTokens, outputTokens, costUsd }: Sample) {
      if (waiting.length >= MOST_WAITING) return;
      const line = JSON.stringify([Math.round(ms), inputTokens, outputTokens, costUsd]);
      waiting.push({ key: keyspace.samples(of, kind, model), line });
      if (waiting.length === 1) setImmediate(() => void send().catch(() => undefined));
    },
    async typical(of: SampleOf, kind: string, model: string) {
      const key = keyspace.samples(of, kind, model);
      const before = known.get(key);
      if (before && now() < before.until) return before.typical;
      const asked = reading.get(key) ?? read(key).finally(() => reading.delete(key));
      reading.set(key, asked);
      return asked;
    },
  });
}

/** Null when it fails or takes too long. */
async function withinTime<Value>(asked: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), READ_TIME);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    asked.catch(() => undefined);
  }
}

function sampleOf(line: string): Sample[] {
  try {
    const [ms, inputTokens, outputTokens, costUsd] = stored.parse(JSON.parse(line));
    return [{ ms, inputTokens, outputTokens, costUsd }];
  } catch {
    return [];
  }
}
