import type { Anthropic, Middleware } from '@anthropic-ai/sdk';
import { ANTHROPIC_URL, openClient, type ClientOptions } from './anthropic-client.ts';
import { batchResult, type WireResult } from './batch-result.ts';
import { mayBePaid } from './call-failure.ts';
import { classifyError, type CallFacts } from './classify-error.ts';
import type { ModelError } from './llm.ts';
import type { BatchCreation, BatchItem, BatchResult, BatchState, MessageBatches } from './message-batches.ts';
import { messageParams } from './message-params.ts';

const SIMULATED_HEADER = 'baton-simulated';
/** A batch is taken, or its results are read, within this time, in ms. */
const TRANSFER_TIME = 600_000;
const PAGE = 100;
/** Batches looked through for one that may have been created. */
const MOST_LISTED = 1_000;

/** No such path, or nothing behind it. */
const unknownPath: ReadonlySet<number | null> = new Set([404, 405, 501]);
const tooMuch: ReadonlySet<number | null> = new Set([400, 413, 422]);
/** Statuses with which an endpoint turns a request away before it does anything. */
const turnedAway: ReadonlySet<number | null> = new Set([503, 529]);

/** The Message Batches API by the SDK. */
export function createAnthropicBatches(options: Omit<ClientOptions, 'timeoutMs'>): MessageBatches {
  const endpoint = new URL(options.baseUrl ?? ANTHROPIC_URL).origin;
  let opening: Promise<Anthropic> | null = null;
  const open = (): Promise<Anthropic> => (opening ??= openClient({ ...options, timeoutMs: TRANSFER_TIME }));
  const errorOf = (thrown: unknown, model = 'a batch'): ModelError => {
    const { settings } = options;
    const facts: CallFacts = { endpoint, model, settings, now: Date.now(), requestId: null };
    return classifyError(thrown, facts);
  };

  async function asked<T>(ask: (client: Anthropic) => Promise<T>): Promise<T> {
    try {
      return await ask(await open());
    } catch (thrown) {
      throw errorOf(thrown);
    }
  }

  return Object.freeze({
    endpoint,
    async create(items: readonly BatchItem[], signal: AbortSignal): Promise<BatchCreation> {
      let sent = false;
      const requests = items.map(({ customId, request }) => ({
        custom_id: customId,
        params: messageParams(request) as Anthropic.MessageCreateParamsNonStreaming,
      }));
      const noteSent: Middleware = (request, next) => {
        sent = true;
        return next(request);
      };
      try {
        const client = await open();
        const { id } = await client.messages.batches.create({ requests }, { signal, middleware: [noteSent] });
        if (typeof id !== 'string' || id === '') throw new SyntaxError('A batch without an id');
        return { kind: 'created', id };
      } catch (thrown) {
        const error = errorOf(thrown, items[0]?.request.model);
        return failedCreation(error, sent && mayBePaid(thrown));
      }
    },
    find: (id: string, signal: AbortSignal) =>
      asked(async (client): Promise<BatchState | null> => {
        try {
          return stateOf(await client.messages.batches.retrieve(id, {}, { signal }));
        } catch (thrown) {
          if (errorOf(thrown).status === 404) return null;
          throw thrown;
        }
      }),
    since: (time: number, signal: AbortSignal) =>
      asked(async (client) => {
        const found: BatchState[] = [];
        let seen = 0;
        for await (const batch of client.messages.batches.list({ limit: PAGE }, { signal })) {
          const state = stateOf(batch);
          seen += 1;
          if (state.createdAt < time || seen > MOST_LISTED) break;
          found.push(state);
        }
        return found;
      }),
    async *results(id: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
      let headers = new Headers();
      const noteHeaders: Middleware = async (request, next) => {
        const response = await next(request);
        headers = response.headers;
        return response;
      };
      try {
        const client = await open();
        const how = { signal, middleware: [noteHeaders] };
        for await (const line of await client.messages.batches.results(id, {}, how)) {
          yield batchResult(line as WireResult, headers.get(SIMULATED_HEADER) === 'true');
        }
      } catch (thrown) {
        throw errorOf(thrown);
      }
    },
    cancel: (id: string, signal: AbortSignal) =>
      asked(async (client) => void (await client.messages.batches.cancel(id, {}, { signal }))),
  });
}

/** @param mayBeCreated the request was sent, and no status has come back. */
function failedCreation(error: ModelError, mayBeCreated: boolean): BatchCreation {
  const { status } = error;
  if (unknownPath.has(status)) return { kind: 'unsupported' };
  if (tooMuch.has(status)) return { kind: 'refused', error };
  const isServers = status !== null && status >= 500 && !turnedAway.has(status);
  return { kind: mayBeCreated || isServers ? 'unknown' : 'failed', error };
}

function stateOf(batch: Anthropic.Messages.MessageBatch): BatchState {
  const { id, created_at: createdAt, processing_status: status, request_counts: counts } = batch;
  return {
    id,
    createdAt: Date.parse(createdAt),
    isEnded: status === 'ended',
    requests: Object.values(counts).reduce((sum, count) => sum + count, 0),
  };
}
