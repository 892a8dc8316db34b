/** The model as Baton sees it: one request, one response, every failure classified where it is born. */

export interface LlmMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

export interface LlmRequest {
  /** The endpoint's own model id. */
  readonly model: string;
  readonly system: string;
  /** Ends with a user turn: the API takes no prefill. */
  readonly messages: readonly LlmMessage[];
  /** Output tokens at the most. */
  readonly maxTokens: number;
  /** A JSON schema that the endpoint holds the reply to, or null for free text. */
  readonly jsonSchema: Readonly<Record<string, unknown>> | null;
}

export const stopReasons = [
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
] as const;
export type StopReason = (typeof stopReasons)[number];

/** True when the answer ends where it had to, not where it would have. */
export function isCutOff({ stopReason }: Pick<LlmResponse, 'stopReason'>): boolean {
  return stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded';
}

/** Tokens of one call, as the endpoint counted them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export interface LlmResponse {
  readonly text: string;
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
  /** The model that answered, as the endpoint names it. */
  readonly model: string;
  readonly requestId: string | null;
  /** True when no model was called: Baton's emulator answered. */
  readonly simulated: boolean;
}

export interface LlmCallOptions {
  /** Aborting it ends the call on the wire and rejects with a `cancelled` ModelError. */
  readonly signal: AbortSignal;
  /** Called with each piece of text as it arrives. Must not throw. */
  readonly onText?: (delta: string) => void;
  /**
   * Called when a request was sent and its answer was lost: it may have been paid for, and the text given to `onText`
   * so far is void. Must not throw.
   */
  readonly onLost?: () => void;
  /** Asked before the same request is sent again; false ends the call with a `cancelled` ModelError. */
  readonly mayRetry?: () => Promise<boolean>;
}

/** The port. `call` rejects with a {@link ModelError} (behind `withRetries` also a `RetryLaterError`) and nothing else. */
export interface Llm {
  call(request: LlmRequest, options: LlmCallOptions): Promise<LlmResponse>;
}

export type ModelFailure =
  /** No retry will help: bad request, bad key, spent limit. */
  | { readonly kind: 'terminal' }
  /** The same request may succeed later; `retryAfterMs` is the endpoint's own word, if it gave one. */
  | { readonly kind: 'retryable'; readonly retryAfterMs: number | null }
  /** The caller's signal was aborted. */
  | { readonly kind: 'cancelled' };

export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  /** The API's error type or the adapter's own, e.g. `rate_limit_error`, `idle_timeout`. */
  readonly type: string;
  readonly status: number | null;
  readonly requestId: string | null;

  constructor(
    message: string,
    fields: {
      failure: ModelFailure;
      type: string;
      status?: number | null;
      requestId?: string | null;
      cause?: unknown;
    },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.failure = fields.failure;
    this.type = fields.type;
    this.status = fields.status ?? null;
    this.requestId = fields.requestId ?? null;
  }
}
