import { expect, onTestFinished } from 'vitest';
import { batchOutbox, openBatchRequests } from '@baton/shared/coordination/batch-requests';
import { usageOf } from '@baton/shared/ledger/journal';
import { createAnthropicBatches } from '@baton/shared/model/anthropic-batches';
import { batchCaller } from '@baton/shared/model/batch-outbox';
import { withJournal, type StepCaller } from '@baton/shared/model/journaled-llm';
import type { LlmRequest } from '@baton/shared/model/llm';
import type { MessageBatches } from '@baton/shared/model/message-batches';
import { ParkedCall } from '@baton/shared/model/parked-call';
import { moneyOfResponse, pricesWith } from '@baton/shared/model/prices';
import { createLogger } from '@baton/shared/telemetry/logger';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import type { FaultRule } from '../../../../../packages/emulator/src/fault/fault.ts';
import { startEmulator } from '../../../../../packages/emulator/src/emulator.ts';
import { taskJournal } from '../../../../../packages/shared/src/ledger/testing/journaled.ts';
import {
  openTestLedger,
  purpose,
  runningGoal,
} from '../../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { settleBatches } from '../batcher.ts';
import type { Batching } from '../batching.ts';
import { sendBatches } from '../send-batches.ts';

export const job = { queue: 'tasks.researcher', id: 'job-1' };
export const doubt = { own: 5_000, others: 70_000 };
const prices = pricesWith({ simulated: true });
const PATIENCE = { timeout: 15_000 };

/** A goal whose calls go through batches, an emulator as their endpoint, and as many batchers as a test wants. */
export async function openBatches(batchDelayMs = 0) {
  const { ledger, redis } = openTestLedger();
  const emulator = await startEmulator({ msPerChunk: 0, batchDelayMs });
  onTestFinished(() => emulator.close(0));
  const goalId = await runningGoal(ledger);
  const journal = await taskJournal(ledger, goalId);
  const normal: string[] = [];
  const atOnce: StepCaller = {
    call(request) {
      normal.push(request.system);
      return Promise.reject(new Error('made at once'));
    },
  };
  const caller = batchCaller(
    batchOutbox(redis, ledger.keyspace),
    journal,
    { ...purpose, latency: 'relaxed', job, urgency: 0, hedge: false, singleFlight: false },
    { normal: atOnce, through: (llm) => withJournal(llm, journal, prices) },
  );
  if (!caller) throw new Error('These calls go through batches.');
  const request = (text: string): LlmRequest => ({
    model: 'claude-sonnet-5-5',
    system: text,
    messages: [{ role: 'user', text: `Say something about ${text}.` }],
    maxTokens: 1_000,
    jsonSchema: null,
  });
  const options = (text: string) => ({ step: text, attempt: 1, signal: new AbortController().signal });
  const ask = (text = 'tea') => caller.call(request(text), options(text));
  const parks = (...texts: string[]) =>
    Promise.all(texts.map((text) => expect(ask(text)).rejects.toBeInstanceOf(ParkedCall)));

  const endpoint = createAnthropicBatches({ apiKey: 'k', baseUrl: emulator.url });
  const requests = openBatchRequests(redis, ledger.keyspace);
  let skew = 0;
  const errors: Error[] = [];
  /** A process that sends batches. */
  function batcher(sender: string, changed: Partial<MessageBatches> = {}, of = requests, its = ledger) {
    const at: MessageBatches = { ...endpoint, ...changed };
    const batching: Batching = {
      ledger: its,
      requests: of,
      endpoints: () => at,
      models: { batched: (asked, response) => moneyOfResponse(asked, response, prices) },
      metrics: createMetrics(),
      logger: createLogger('test', 'silent'),
      sender,
      now: () => Date.now() + skew,
      pauses: new Map(),
    };
    const { signal } = new AbortController();
    return {
      send: () => sendBatches(batching, signal),
      settle: () => settleBatches(batching, doubt, (error) => errors.push(error), signal),
    };
  }
  /** How often each call is begun and not taken back. */
  async function starts(): Promise<string[]> {
    const fields = Object.entries(await redis.hgetall(ledger.goal(goalId).journal));
    return fields.flatMap(([field, value]) => (field.startsWith('starts:') ? [value] : []));
  }
  /** A batch that is not Baton's. */
  const somebodyElse = (customId: string) =>
    endpoint.create([{ customId, request: request(customId) }], new AbortController().signal);
  async function usage() {
    return usageOf(await redis.hgetall(ledger.goal(goalId).goal));
  }
  /** All batches of the emulator have ended. */
  const ended = (count = 1) =>
    expect
      .poll(async () => {
        const all = await endpoint.since(0, new AbortController().signal);
        return all.length === count && all.every(({ isEnded }) => isEnded);
      }, PATIENCE)
      .toBe(true);
  const inject = (...rules: FaultRule[]): void => emulator.inject(rules);
  return {
    ledger,
    redis,
    emulator,
    goalId,
    ask,
    parks,
    requests,
    endpoint,
    batcher,
    usage,
    ended,
    inject,
    normal,
    errors,
    somebodyElse,
    starts,
    pass: (ms: number): void => void (skew += ms),
    pending: () => redis.zcard(ledger.keyspace.batchPending),
    sent: async () => (await endpoint.since(0, new AbortController().signal)).length,
  };
}
