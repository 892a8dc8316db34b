import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plainPurpose } from './call-purpose.ts';
import type { CallSamples, Sample, Typical } from './call-samples.ts';
import { HedgeAllowance } from './hedge-allowance.ts';
import { withHedging } from './hedged-llm.ts';
import {
  LaterError,
  ModelError,
  type Llm,
  type LlmCallOptions,
  type LlmRequest,
  type LlmResponse,
} from './llm.ts';
import { plainResponse } from './testing/scripted-llm.ts';

const request: LlmRequest = {
  model: 'claude-x',
  system: '',
  messages: [{ role: 'user', text: 'Hello' }],
  maxTokens: 100,
  jsonSchema: null,
};
const typical: Typical = {
  samples: 100,
  p50Ms: 100,
  p90Ms: 150,
  p95Ms: 200,
  p90InputTokens: 10,
  p90OutputTokens: 5,
  p90CostUsd: null,
};
const usage = { inputTokens: 10, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
const refused = new ModelError('No', { failure: { kind: 'terminal' }, type: 'invalid_request_error' });
const cancelled = new ModelError('Cancelled', { failure: { kind: 'cancelled' }, type: 'cancelled' });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A call that the test ends as it likes; aborted, it rejects as the adapter does. */
interface OpenCall {
  readonly options: LlmCallOptions;
  answer(response?: Partial<LlmResponse>): void;
  fail(error: Error): void;
}

interface Bench {
  readonly calls: OpenCall[];
  readonly noted: Sample[];
  readonly hedged: boolean[];
  readonly told: string[];
  readonly outcome: Promise<LlmResponse>;
  readonly abort: AbortController;
}

interface BenchOptions {
  readonly known?: Typical | null;
  readonly allowance?: HedgeAllowance;
  readonly mayRetry?: () => Promise<boolean>;
  /** What an aborted call is known to have used. */
  readonly spent?: typeof usage;
  readonly isSent?: boolean;
  /** Calls don't hear that they are aborted. */
  readonly isDeaf?: boolean;
}

function start(options: BenchOptions = {}): Bench {
  const {
    known = typical,
    allowance = new HedgeAllowance(),
    mayRetry,
    spent,
    isSent = true,
    isDeaf = false,
  } = options;
  const bench = {
    calls: [] as OpenCall[],
    noted: [] as Sample[],
    hedged: [] as boolean[],
    told: [] as string[],
  };
  const llm: Llm = {
    call: (_, callOptions) =>
      new Promise((resolve, reject) => {
        if (isSent) callOptions.onSending?.(true);
        callOptions.signal.addEventListener('abort', () => {
          if (isDeaf) return;
          callOptions.onLost?.();
          if (spent) callOptions.onSpent?.({ model: 'claude-x', usage: spent });
          reject(cancelled);
        });
        bench.calls.push({
          options: callOptions,
          answer: (response = {}) => resolve({ ...plainResponse, ...response }),
          fail: reject,
        });
      }),
  };
  const samples: CallSamples = {
    note: (_of, _kind, _model, sample) => bench.noted.push(sample),
    typical: async () => known,
  };
  const hedging = {
    samples,
    allowance,
    onHedged: (_: string, hasWon: boolean) => bench.hedged.push(hasWon),
  };
  const abort = new AbortController();
  const hedged = withHedging(llm, hedging, { ...plainPurpose, kind: 'writer', hedge: true });
  const outcome = hedged.call(request, {
    signal: abort.signal,
    onText: (delta) => bench.told.push(delta),
    onLost: () => bench.told.push('<lost>'),
    onVoid: () => bench.told.push('<void>'),
    onSpent: () => bench.told.push('<spent>'),
    ...(mayRetry && { mayRetry }),
  });
  outcome.catch(() => undefined);
  return { ...bench, abort, outcome };
}

async function doubled(options: BenchOptions = {}): Promise<Bench & { first: OpenCall; second: OpenCall }> {
  const bench = start(options);
  await vi.advanceTimersByTimeAsync(200);
  const [first, second] = bench.calls;
  if (!first || !second) throw new Error(`${bench.calls.length} calls were made`);
  return { ...bench, first, second };
}

test('a call within the usual time is made once', async () => {
  const { calls, outcome, hedged } = start();
  await vi.advanceTimersByTimeAsync(199);
  calls[0]?.answer({ text: 'soon' });
  expect(await outcome).toEqual({ ...plainResponse, text: 'soon' });
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toHaveLength(1);
  expect(hedged).toEqual([]);
});

test('the second answer counts when it comes first; what the other has used is told beside it', async () => {
  const { first, second, outcome, hedged, noted, told } = await doubled({ spent: usage });
  await vi.advanceTimersByTimeAsync(50);
  second.answer({ text: 'second' });
  const response = await outcome;
  expect(response).toMatchObject({ text: 'second', besides: [{ model: 'claude-x', usage }] });
  expect(first.options.signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(hedged).toEqual([true]);
  expect(noted).toEqual([{ ms: 250, inputTokens: 10, outputTokens: 5, costUsd: null }]);
  expect(told).toEqual(['second']);
});

test('the first answer counts when it comes first', async () => {
  const { first, second, outcome, hedged, noted, told } = await doubled({ spent: usage });
  first.options.onText?.('fir');
  second.options.onText?.('sec');
  first.answer({ text: 'first' });
  expect(await outcome).toMatchObject({ text: 'first', besides: [{ usage }] });
  expect(second.options.signal.aborted).toBe(true);
  expect(hedged).toEqual([false]);
  expect(noted).toEqual([]);
  expect(told).toEqual(['fir']);
});

test('both answers at once: one counts, both are paid for', async () => {
  const { first, second, outcome } = await doubled();
  first.answer({ text: 'first' });
  second.answer({ text: 'second' });
  expect(await outcome).toMatchObject({
    text: 'first',
    besides: [{ model: plainResponse.model, usage: plainResponse.usage }],
  });
});

test('text of the first that was told is void once the second has won', async () => {
  const { first, second, outcome, told } = await doubled({ spent: usage });
  first.options.onText?.('fir');
  second.answer({ text: 'second' });
  await outcome;
  first.options.onText?.('st');
  expect(told).toEqual(['fir', '<void>', 'second']);
});

test('an answer of which nothing is known is told as lost, and counted', async () => {
  const mayRetry = vi.fn(async () => true);
  const { second, outcome, told } = await doubled({ mayRetry });
  second.answer({ text: 'second' });
  expect(await outcome).not.toHaveProperty('besides');
  expect(told).toEqual(['<lost>', 'second']);
  expect(mayRetry).toHaveBeenCalledTimes(2);
});

test('when one fails the other is waited for', async () => {
  const { first, second, outcome } = await doubled();
  first.fail(refused);
  await vi.advanceTimersByTimeAsync(5_000);
  second.answer({ text: 'second' });
  expect(await outcome).toMatchObject({ text: 'second' });
});

test('when both fail the first one tells why, whatever came first', async () => {
  const { first, second, outcome } = await doubled();
  second.fail(new LaterError('The model is busy', 30_000));
  await vi.advanceTimersByTimeAsync(10);
  first.fail(refused);
  await expect(outcome).rejects.toBe(refused);
});

test('a call that fails early is not made again', async () => {
  const { calls, outcome } = start();
  calls[0]?.fail(refused);
  await expect(outcome).rejects.toBe(refused);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toHaveLength(1);
});

test('its caller ends both, and hears what they have used', async () => {
  const { abort, outcome, calls, told } = await doubled({ spent: usage });
  abort.abort();
  await expect(outcome).rejects.toBe(cancelled);
  expect(calls.every(({ options }) => options.signal.aborted)).toBe(true);
  expect(told.filter((word) => word === '<spent>')).toHaveLength(2);
});

test('time that a call waits for its turn does not count', async () => {
  const { calls, outcome } = start({ isSent: false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toHaveLength(1);
  calls[0]?.options.onSending?.(true);
  await vi.advanceTimersByTimeAsync(150);
  calls[0]?.options.onSending?.(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toHaveLength(1);
  calls[0]?.options.onSending?.(true);
  await vi.advanceTimersByTimeAsync(200);
  expect(calls).toHaveLength(2);
  calls[1]?.answer();
  await outcome;
});

test.for<[string, Typical | null]>([
  ['nothing is known', null],
  ['few samples are there', { ...typical, samples: 19 }],
])('a call is made once while %s', async ([, known]) => {
  const { calls } = start({ known });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toHaveLength(1);
});

test("a p95 that is a straggler's own is not waited for", async () => {
  const { calls } = start({ known: { ...typical, p90Ms: 110, p95Ms: 9_000 } });
  await vi.advanceTimersByTimeAsync(219);
  expect(calls).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls).toHaveLength(2);
});

test('whoever has been replaced sends no second request', async () => {
  const { calls, outcome } = start({ mayRetry: async () => false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toHaveLength(1);
  calls[0]?.answer();
  expect(await outcome).toEqual(plainResponse);
});

test('when all calls are slow, few of them are doubled', async () => {
  const allowance = new HedgeAllowance();
  let made = 0;
  for (let call = 0; call < 100; call += 1) {
    const bench = start({ allowance });
    await vi.advanceTimersByTimeAsync(200);
    made += bench.calls.length;
    for (const open of bench.calls) open.answer();
    await bench.outcome;
  }
  expect(made - 100).toBeGreaterThanOrEqual(8);
  expect(made - 100).toBeLessThanOrEqual(10);
});

test('a call that does not end when it is aborted is given up for lost', async () => {
  const { second, outcome, told } = await doubled({ isDeaf: true });
  second.answer({ text: 'second' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await outcome).toMatchObject({ text: 'second' });
  expect(told).toEqual(['<lost>', 'second']);
});

test('what the first loses while it is tried again is told at once', async () => {
  const { calls, told, outcome } = start();
  const [first] = calls;
  first?.options.onText?.('fir');
  first?.options.onLost?.();
  expect(told).toEqual(['fir', '<lost>']);
  first?.answer({ text: 'first' });
  expect(await outcome).toMatchObject({ text: 'first' });
  expect(told).toEqual(['fir', '<lost>']);
});

test('what the second loses while it is tried again leaves the text of the first alone until it is over', async () => {
  const { first, second, told, outcome } = await doubled({ spent: usage });
  first.options.onText?.('fir');
  second.options.onLost?.();
  expect(told).toEqual(['fir']);
  first.answer({ text: 'first' });
  expect(await outcome).toMatchObject({ text: 'first', besides: [{ usage }] });
  expect(told).toEqual(['fir', '<lost>', 'first']);
});
