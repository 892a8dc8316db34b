import type { Anthropic, Middleware } from '@anthropic-ai/sdk';
import { failureOf, mayBePaid } from './call-failure.ts';
import { CallWatch } from './call-watch.ts';
import type { Llm, LlmCallOptions, LlmRequest, LlmResponse } from './llm.ts';
import { emptyMessage, knownStopReason, textOf, withEvent, type PartialMessage } from './message-assembly.ts';

export interface AnthropicOptions {
  readonly apiKey: string;
  /** Any server that speaks the Messages API, without `/v1`; null for Anthropic's own. */
  readonly baseUrl: string | null;
  /** A call on whose connection nothing arrives for so long is given up and may be retried. Above 300 s Node's `fetch` gives up first. */
  readonly idleTimeoutMs: number;
  /** A call that takes longer altogether is given up and may be retried. */
  readonly timeoutMs: number;
}

const ANTHROPIC_URL = 'https://api.anthropic.com';

/** Sent by Baton's emulator, whose answers come from no model. */
const SIMULATED_HEADER = 'baton-simulated';

const MAX_TEXT_CHARACTERS = 4 * 1024 * 1024;
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_ERROR_BODY_BYTES = 64 * 1024;

/** What is known of a call while it runs. */
interface Exchange {
  sent: boolean;
  headers: Headers | null;
  message: PartialMessage;
}

/** The SDK has hundreds of modules, a fifth of a process's start: they are loaded with the first call. */
async function openClient(options: AnthropicOptions): Promise<Anthropic> {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? ANTHROPIC_URL,
    timeout: options.timeoutMs,
    maxRetries: 0,
    // The SDK would print replies.
    logLevel: 'off',
    // Some servers read the key here alone; the SDK sends `authorization`.
    ...(options.baseUrl !== null && { defaultHeaders: { 'x-api-key': options.apiKey } }),
  });
}

/**
 * The Messages API by its SDK. One request per call, always streamed; retries belong to `withRetries`.
 * @throws Error when the key or the URL can't be used at all.
 */
export function createAnthropicLlm(options: AnthropicOptions): Llm {
  assertSendable(options.apiKey);
  const endpoint = new URL(options.baseUrl ?? ANTHROPIC_URL).origin;
  let opening: Promise<Anthropic> | null = null;

  return {
    async call(request, { signal, onText, onLost }) {
      const client = await (opening ??= openClient(options));
      const exchange: Exchange = { sent: false, headers: null, message: emptyMessage };
      const watch = new CallWatch({ ...options, signal });
      let thrown: unknown = null;
      try {
        await runExchange(client, request, exchange, watch, onText);
      } catch (error) {
        thrown = error;
      } finally {
        watch.stop();
      }
      const response = responseOf(exchange, request);
      if (response !== null) return response;
      if (exchange.sent && mayBePaid(thrown)) onLost?.();
      throw failureOf({
        ...options,
        thrown,
        reason: watch.reason,
        contentType: exchange.headers?.get('content-type') ?? null,
        facts: {
          endpoint,
          model: request.model,
          now: Date.now(),
          requestId: exchange.headers?.get('request-id') ?? null,
        },
      });
    },
  };
}

/** `fetch` would throw an error that quotes the key. */
function assertSendable(apiKey: string): void {
  if (/^[\u0021-\u007e]+$/.test(apiKey)) return;
  throw new Error(
    'ANTHROPIC_API_KEY is empty or holds spaces, line breaks or characters beyond ASCII: copy the key again, and nothing else',
  );
}

async function runExchange(
  client: Anthropic,
  request: LlmRequest,
  exchange: Exchange,
  watch: CallWatch,
  onText: LlmCallOptions['onText'],
): Promise<void> {
  const stream = await client.messages.create(paramsOf(request), {
    signal: watch.signal,
    middleware: [meter(exchange, watch)],
  });
  for await (const event of stream) {
    if (typeof event !== 'object' || event === null)
      throw new SyntaxError('An event of the stream is not an object');
    if (exchange.message.stopped) continue;
    exchange.message = withEvent(exchange.message, event);
    if (exchange.message.text.length > MAX_TEXT_CHARACTERS) return watch.end('response_too_large');
    if (exchange.message.stopped) watch.received();
    const text = textOf(event);
    if (text !== '') onText?.(text);
  }
}

function paramsOf(request: LlmRequest): Anthropic.MessageCreateParamsStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    messages: request.messages.map(({ role, text }) => ({ role, content: wellFormed(text) })),
    stream: true,
    ...(request.system !== '' && { system: wellFormed(request.system) }),
    ...(request.jsonSchema !== null && {
      output_config: { format: { type: 'json_schema', schema: request.jsonSchema } },
    }),
  };
}

/** The API refuses a body that holds half a surrogate pair, as a clipped text may. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\u{FFFD}');
}

/** Sees every byte of the response: events reach the SDK's reader without pings, and no reader bounds a body. */
function meter(exchange: Exchange, watch: CallWatch): Middleware {
  return async (request, next) => {
    exchange.sent = true;
    const response = await next(request);
    exchange.headers = response.headers;
    watch.sawBytes();
    if (response.body === null) return response;
    let bytes = 0;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        watch.sawBytes();
        bytes += chunk.byteLength;
        if (!response.ok && bytes > MAX_ERROR_BODY_BYTES) controller.terminate();
        else if (bytes > MAX_BODY_BYTES) watch.end('response_too_large');
        else controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(counted), response);
  };
}

/** Null unless the whole message came; what happens to the connection after that no longer matters. */
function responseOf({ message, headers }: Exchange, request: LlmRequest): LlmResponse | null {
  if (!message.stopped || message.stopReason === null) return null;
  return {
    text: message.text,
    stopReason: knownStopReason(message.stopReason),
    usage: message.usage,
    model: message.model ?? request.model,
    requestId: headers?.get('request-id') ?? null,
    simulated: headers?.get(SIMULATED_HEADER) === 'true',
  };
}
