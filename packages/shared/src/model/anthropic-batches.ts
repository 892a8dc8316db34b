import type { Anthropic, Middleware } from '@anthropic-ai/sdk';
import { ANTHROPIC_URL, openClient, type ClientOptions } from './anthropic-client.ts';
import { batchResult, type WireResult } from './batch-result.ts';
import { mayBePaid } from './call-failure.ts';
import { classifyError, SPEND_LIMIT, type CallFacts } from './classify-error.ts';
import { ModelError } from './llm.ts';
import type { BatchCreation, BatchItem, BatchResult, BatchState, MessageBatches } from './message-batches.ts';
import { messageParams } from './message-params.ts';

const SIMULATED_HEADER = 'baton-simulated';
/** A batch is taken within this time, in ms. */
const TRANSFER_TIME = 600_000;
/** An answer about batches, and each next part of their results, comes within this time, in ms. */
const USUAL_PATIENCE = 30_000;
const PAGE = 100;
/** Batches looked through for one that may have been created. */
const MOST_LISTED = 1_000;

/** No such path, or nothing behind it. */
const unknownPath: ReadonlySet<number | null> = new Set([404, 405, 501]);
const tooMuch: ReadonlySet<number | null> = new Set([400, 413, 422]);
/** Statuses with which an endpoint turns a request away before it does anything. */
const turnedAway: ReadonlySet<number | null> = new Set([503, 529]);

/**
 * The Message Batches API by the SDK.
 * @param patience ms that the endpoint may say nothing, but for taking a batch.
 */
export function createAnthropicBatches(
  options: Omit<ClientOptions, 'timeoutMs'>,
  patience = USUAL_PATIENCE,
): MessageBatches {
  const endpoint = new URL(options.baseUrl ?? ANTHROPIC_URL).origin;
  let opening: Promise<Anthropic> | null = null;
  const open = (): Promise<Anthropic> => (opening ??= openClient({ ...options, timeoutMs: TRANSFER_TIME }));
  const errorOf = (thrown: unknown, model = 'a batch'): ModelError => {
    const { settings } = options;
    const facts: CallFacts = { endpoint, model, settings, now: Date.now(), requestId: null };
    return classifyError(thrown, facts);
  };

  const silent = (): ModelError =>
    new ModelError(`${endpoint} said nothing about a batch for ${patience / 1_000} s`, {
      failure: { kind: 'retryable', retryAfterMs: null },
      type: 'timeout_error',
    });

  async function asked<T>(
    signal: AbortSignal,
    ask: (client: Anthropic, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const silence = AbortSignal.timeout(patience);
    try {
      return await ask(await open(), AbortSignal.any([signal, silence]));
    } catch (thrown) {
      throw silence.aborted && !signal.aborted ? silent() : errorOf(thrown);
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
      asked(signal, async (client, within): Promise<BatchState | null> => {
        try {
          return stateOf(await client.messages.batches.retrieve(id, {}, { signal: within }));
        } catch (thrown) {
          if (errorOf(thrown).status === 404) return null;
          throw thrown;
        }
      }),
    since: (time: number, signal: AbortSignal) =>
      asked(signal, async (client, within) => {
        const found: BatchState[] = [];
        let seen = 0;
        for await (const batch of client.messages.batches.list({ limit: PAGE }, { signal: within })) {
          const state = stateOf(batch);
          seen += 1;
          if (state.createdAt < time || seen > MOST_LISTED) break;
          found.push(state);
        }
        return found;
      }),
    async *results(id: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
      const silence = new AbortController();
      const listen = (): NodeJS.Timeout => setTimeout(() => silence.abort(), patience);
      let timer = listen();
      try {
        const client = await open();
        const how = { signal: AbortSignal.any([signal, silence.signal]), stream: true };
        // Not by the SDK's own way: it takes the key to whatever host the endpoint names.
        const path = `/v1/messages/batches/${encodeURIComponent(id)}/results`;
        const { body, headers } = await client.get(path, how).asResponse();
        const isSimulated = headers.get(SIMULATED_HEADER) === 'true';
        for await (const line of linesOf(body)) {
          clearTimeout(timer);
          if (line.trim() !== '') yield batchResult(JSON.parse(line) as WireResult, isSimulated);
          timer = listen();
        }
      } catch (thrown) {
        throw silence.signal.aborted && !signal.aborted ? silent() : errorOf(thrown);
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (id: string, signal: AbortSignal) =>
      asked(signal, async (client, within) => {
        await client.messages.batches.cancel(id, {}, { signal: within });
      }),
  });
}

/** At line feeds alone: texts may hold other ends of lines. */
async function* linesOf(body: Response['body']): AsyncGenerator<string> {
  if (body === null) return;
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

/** @param mayBeCreated the request was sent, and no status has come back. */
function failedCreation(error: ModelError, mayBeCreated: boolean): BatchCreation {
  const { status } = error;
  if (unknownPath.has(status)) return { kind: 'unsupported' };
  if (tooMuch.has(status) && error.type !== SPEND_LIMIT) return { kind: 'refused', error };
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
