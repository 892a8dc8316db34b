import type { Anthropic, Middleware } from '@anthropic-ai/sdk';
import {
  ANTHROPIC_URL,
  assertUsable,
  openMessages,
  type ClientOptions,
  type MessagesClient,
} from './anthropic-client.ts';
import { failureOf, mayBePaid } from './call-failure.ts';
import { CallWatch } from './call-watch.ts';
import type { Llm, LlmCallOptions, LlmRequest, LlmResponse, PaidBesides } from './llm.ts';
import { finishedBlocks } from './message-blocks.ts';
import { messageParams } from './message-params.ts';
import { emptyMessage, knownStopReason, textOf, withEvent, type PartialMessage } from './message-assembly.ts';
import { rateLimitsOf } from './rate-limit-headers.ts';
import { sourcesOf } from './web-sources.ts';

export interface AnthropicOptions extends ClientOptions {
  /** A call on whose connection nothing arrives for so long is given up and may be retried. Above 300 s Node's `fetch` gives up first. */
  readonly idleTimeoutMs: number;
  /** A call that takes longer altogether is given up and may be retried. */
  readonly timeoutMs: number;
}

/** Sent by Baton's emulator, whose answers come from no model. */
const SIMULATED_HEADER = 'baton-simulated';

const MAX_TEXT_CHARACTERS = 4 * 1024 * 1024;
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_ERROR_BODY_BYTES = 64 * 1024;

/** What is known of a call while it runs. */
interface Exchange {
  sent: boolean;
  /** The answer has begun: what it costs so far is known or can be estimated. */
  begun: boolean;
  headers: Headers | null;
  message: PartialMessage;
}

/**
 * The Messages API by its SDK. One request per call, always streamed; retries belong to `withRetries`.
 * @throws Error when the key or the URL can't be used at all.
 */
export function createAnthropicLlm(options: AnthropicOptions): Llm {
  assertUsable(options);
  const endpoint = originOf(options);
  let opening: Promise<MessagesClient> | null = null;

  return {
    async call(request, callOptions) {
      const { signal, onLost, onSpent } = callOptions;
      const client = await (opening ??= openMessages(options));
      const exchange: Exchange = { sent: false, begun: false, headers: null, message: emptyFor(request) };
      const watch = new CallWatch({ ...options, signal });
      let thrown: unknown = null;
      try {
        await runExchange(client, request, exchange, watch, callOptions);
      } catch (error) {
        thrown = error;
      } finally {
        watch.stop();
      }
      const response = responseOf(exchange, request);
      if (response !== null) return response;
      if (exchange.sent && mayBePaid(thrown)) onLost?.();
      if (exchange.begun && watch.reason === 'cancelled') onSpent?.(spentOf(exchange, request));
      throw failureOf({
        ...options,
        thrown,
        reason: watch.reason,
        contentType: exchange.headers?.get('content-type') ?? null,
        facts: {
          endpoint,
          settings: options.settings,
          model: request.model,
          now: Date.now(),
          requestId: exchange.headers?.get('request-id') ?? null,
        },
      });
    },
  };
}

/** Where requests go, as far as it is told in messages. */
function originOf({ baseUrl, provider }: ClientOptions): string {
  if (baseUrl !== null) return new URL(baseUrl).origin;
  return provider === undefined || provider === 'anthropic' ? ANTHROPIC_URL : provider;
}

async function runExchange(
  client: MessagesClient,
  request: LlmRequest,
  exchange: Exchange,
  watch: CallWatch,
  { onText, onBegun, onLimits }: LlmCallOptions,
): Promise<void> {
  const stream = await client.messages.create(streamed(request), {
    signal: watch.signal,
    middleware: [meter(exchange, watch, onLimits)],
  });
  for await (const event of stream) {
    if (typeof event !== 'object' || event === null)
      throw new SyntaxError('An event of the stream is not an object');
    if (exchange.message.stopped) continue;
    exchange.message = withEvent(exchange.message, event);
    if (exchange.message.text.length > MAX_TEXT_CHARACTERS) return watch.end('response_too_large');
    if (exchange.message.stopped) watch.received();
    if (event.type === 'message_start' && !exchange.begun) {
      exchange.begun = true;
      onBegun?.();
    }
    const text = textOf(event);
    if (text !== '') onText?.(text);
  }
}

/** Blocks go back as they came, also such as the SDK's types don't know. */
function streamed(request: LlmRequest): Anthropic.MessageCreateParamsStreaming {
  const params: object = messageParams(request);
  return { ...(params as Anthropic.MessageCreateParamsNonStreaming), stream: true };
}

function emptyFor({ tools = [] }: LlmRequest): PartialMessage {
  return tools.length === 0 ? emptyMessage : { ...emptyMessage, blocks: [] };
}

/** Sees every byte of the response: events reach the SDK's reader without pings, and no reader bounds a body. */
function meter(exchange: Exchange, watch: CallWatch, onLimits: LlmCallOptions['onLimits']): Middleware {
  return async (request, next) => {
    exchange.sent = true;
    const response = await next(request);
    exchange.headers = response.headers;
    watch.sawBytes();
    const limits = rateLimitsOf(response.headers);
    if (limits !== null) onLimits?.(limits);
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
  const blocks = message.blocks === null ? null : finishedBlocks(message.blocks);
  const sources = sourcesOf(blocks ?? []);
  return {
    text: message.text,
    stopReason: knownStopReason(message.stopReason),
    usage: message.usage,
    model: message.model ?? request.model,
    requestId: headers?.get('request-id') ?? null,
    simulated: headers?.get(SIMULATED_HEADER) === 'true',
    ...(blocks !== null && { blocks }),
    ...(sources.length > 0 && { sources }),
    ...(message.refusal !== null && { refusal: message.refusal }),
  };
}

/** Of a usual text; the endpoint tells the count only at the end. */
const CHARACTERS_PER_TOKEN = 3.5;

function spentOf({ message }: Exchange, request: LlmRequest): PaidBesides {
  const written = Math.ceil(message.characters / CHARACTERS_PER_TOKEN);
  const outputTokens = Math.max(message.usage.outputTokens, written);
  return { model: message.model ?? request.model, usage: { ...message.usage, outputTokens } };
}
