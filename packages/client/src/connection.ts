import type { CallOptions } from './api.ts';
import { systemClock, type Clock } from './clock.ts';
import { BatonError, ConnectionError, unreachable } from './errors.ts';
import { expectType, isRecord, parseJson, refusal } from './refusal.ts';
import { replyTime } from './retry-after.ts';
import { effectOf, pauseBeforeRetry, type Backoff } from './retry-decision.ts';
import { readSettings, type ConnectionSettings } from './settings.ts';
import { within } from './time-limit.ts';

/** ms. */
const TIMEOUT = 60_000;
const BACKOFF: Backoff = { first: 500, longest: 8_000 };

interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Below `/v1/`, already escaped. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent twice, it does no more than sent once; else it is repeated only after an attempt that surely did nothing. */
  readonly repeatable: boolean;
  /** Told of a failed attempt that may have done what was asked. */
  readonly onUnsure?: () => void;
  readonly options: CallOptions | undefined;
}

type TextType = 'text/markdown' | 'text/csv';
type Accepted = 'application/json' | TextType | 'text/event-stream';

interface TimedReply<Reply> {
  readonly reply: Reply;
  /** Ms since the epoch, by the server's clock; null where it does not tell. */
  readonly repliedAt: number | null;
}

type Reader<Result> = (response: Response) => Promise<Result>;

export interface Connection {
  /** For messages: who was asked. */
  readonly address: string;
  readonly maxRetries: number;
  readonly clock: Clock;
  /**
   * One attempt. Resolves to what `read` makes of a reply of 2xx; rejects with a {@link BatonError}, a
   * {@link ConnectionError} or the signal's reason, or a TypeError when the request can not be sent at all.
   */
  attempt<Result>(request: ApiRequest, accept: Accepted, read: Reader<Result>): Promise<Result>;
  /** The reply's JSON, as the contract has it; it is not checked again here. */
  json<Reply>(request: ApiRequest): Promise<Reply>;
  timedJson<Reply>(request: ApiRequest): Promise<TimedReply<Reply>>;
  text(request: ApiRequest, type?: TextType): Promise<string>;
}

export function openConnection(settings: ConnectionSettings, clock: Clock = systemClock): Connection {
  const { base, address, authorization, fetch, maxRetries } = readSettings(settings);

  /** Read once, so that every attempt sends the same. Throws a TypeError. */
  function prepare({ method, path, body, headers, options = {} }: ApiRequest, accept: Accepted) {
    const sent = new Headers({ accept, ...authorization, ...headers });
    if (body !== undefined) sent.set('content-type', 'application/json');
    const { traceparent, tracestate } = options;
    if (traceparent !== undefined) sent.set('traceparent', traceparent);
    if (traceparent !== undefined && tracestate !== undefined) sent.set('tracestate', tracestate);
    return {
      url: new URL(`v1/${path}`, base).href,
      init: { method, headers: sent, body: body === undefined ? null : JSON.stringify(body) },
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? TIMEOUT,
    };
  }

  async function exchange<Result>(
    { url, init, signal, timeoutMs }: ReturnType<typeof prepare>,
    read: Reader<Result>,
  ): Promise<Result> {
    try {
      return await within(timeoutMs, signal, async (ending) => {
        const response = await fetch(url, { ...init, signal: ending });
        if (!response.ok) throw await refusal(address, response, clock.now());
        return read(response);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof BatonError || error instanceof ConnectionError
        ? error
        : unreachable(address, error);
    }
  }

  async function call<Result>(request: ApiRequest, accept: Accepted, read: Reader<Result>): Promise<Result> {
    const { repeatable, onUnsure, options } = request;
    const prepared = prepare(request, accept);
    for (let failures = 1; ; failures += 1) {
      try {
        return await exchange(prepared, read);
      } catch (failure) {
        if (!(failure instanceof BatonError || failure instanceof ConnectionError)) throw failure;
        if (effectOf(failure) === 'unknown') onUnsure?.();
        const random = clock.random();
        const ms = pauseBeforeRetry({ failure, failures, maxRetries, repeatable, backoff: BACKOFF, random });
        if (ms === null) throw failure;
        await clock.pause(ms, options?.signal);
      }
    }
  }

  function timedJson<Reply>(request: ApiRequest): Promise<TimedReply<Reply>> {
    return call(request, 'application/json', async (response) => {
      const reply = parseJson(await response.text());
      if (!isRecord(reply)) throw new ConnectionError('not_baton', address, 'its reply is not a JSON object');
      return { reply: reply as Reply, repliedAt: replyTime(response) };
    });
  }

  return {
    address,
    maxRetries,
    clock,
    attempt: async (request, accept, read) => exchange(prepare(request, accept), read),
    timedJson,
    json: async <Reply>(request: ApiRequest) => (await timedJson<Reply>(request)).reply,
    text: (request, type = 'text/markdown') =>
      call(request, type, async (response) => {
        await expectType(response, type, address);
        return response.text();
      }),
  };
}
