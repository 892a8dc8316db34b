/** The model as Baton sees it: one request, one response, every failure classified where it is born. */

/** A content block as it goes over the wire; what a model sent goes back to it unchanged. */
export type LlmBlock = { readonly type: string } & Readonly<Record<string, unknown>>;

export interface LlmMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Comes before `text`: what several calls have in common, for the endpoint to cache. */
  readonly shared?: string;
  /** In place of `text`. */
  readonly blocks?: readonly LlmBlock[];
}

/** What a model may use: a tool that the caller runs, or one that the endpoint runs itself. */
export type LlmTool =
  | {
      readonly kind: 'own';
      /** 1 to 64 letters, digits, `_` or `-`. */
      readonly name: string;
      readonly description: string;
      /** JSON schema of an object. */
      readonly inputSchema: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'web_search' | 'web_fetch';
      /** In one request. */
      readonly maxUses: number;
      /** At most one of the two lists. */
      readonly allowedDomains?: readonly string[];
      readonly blockedDomains?: readonly string[];
    };

export interface LlmRequest {
  /** The endpoint's own model id. */
  readonly model: string;
  readonly system: string;
  /** Ends with a user turn, since the API takes no prefill, or with a turn that the model has paused. */
  readonly messages: readonly LlmMessage[];
  /** Output tokens at the most. */
  readonly maxTokens: number;
  /** A JSON schema that the endpoint holds the reply to, or null for free text. */
  readonly jsonSchema: Readonly<Record<string, unknown>> | null;
  readonly tools?: readonly LlmTool[];
  /** The tools are named, since the conversation holds calls of them, and may not be used any more. */
  readonly toolChoice?: 'none';
  /** The endpoint is to cache all of it, since the conversation goes on from there. */
  readonly cacheAll?: boolean;
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
  /** None unless given. */
  readonly webSearches?: number;
}

/** A page that an answer leans on, as the endpoint's own tools name it. */
export interface WebSource {
  readonly url: string;
  readonly title: string | null;
}

/** An answer that was paid for besides the one that counts; its usage may be an estimate. */
export interface PaidBesides {
  readonly model: string;
  readonly usage: TokenUsage;
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
  /** The whole content, of a call with tools. */
  readonly blocks?: readonly LlmBlock[];
  readonly sources?: readonly WebSource[];
  /** Why the model declined, where the endpoint says so. */
  readonly refusal?: string;
  readonly besides?: readonly PaidBesides[];
  /** It came through a batch, at half the price. */
  readonly batched?: boolean;
  /** Another call's answer, which that one has paid for. */
  readonly borrowed?: boolean;
}

/** One of an endpoint's limits; units are requests or tokens. */
export interface RateLimit {
  readonly perMinute: number;
  /** Null when it is not told. Tokens are rounded to thousands. */
  readonly remaining: number | null;
}

/** What an endpoint tells of its rate limits for a model; null for what it doesn't tell. */
export interface RateLimits {
  readonly requests: RateLimit | null;
  readonly inputTokens: RateLimit | null;
  readonly outputTokens: RateLimit | null;
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
  /** Called when the text given to `onText` so far is void, and what it cost is known: another answer took its place. Must not throw. */
  readonly onVoid?: () => void;
  /** Called with true when a request goes out, and with false when it has ended: waits before and between requests are not meant. Must not throw. */
  readonly onSending?: (isSending: boolean) => void;
  /** Called once the endpoint has begun its answer. Must not throw. */
  readonly onBegun?: () => void;
  /** Called with what a call has used, as far as it is known, when its caller ends it after its answer had begun. Must not throw. */
  readonly onSpent?: (spent: PaidBesides) => void;
  /** Called with what the headers of a response, also of a refusal, tell of the endpoint's rate limits. Must not throw. */
  readonly onLimits?: (limits: RateLimits) => void;
  /** Asked before the same request is sent again; false ends the call with a `cancelled` ModelError. */
  readonly mayRetry?: () => Promise<boolean>;
}

/** The port. `call` rejects with a {@link ModelError} (behind `withRetries` also a `LaterError`) and nothing else. */
export interface Llm {
  call(request: LlmRequest, options: LlmCallOptions): Promise<LlmResponse>;
}

export type ModelFailure =
  /** No retry will help: bad request, bad key, spent limit. */
  | { readonly kind: 'terminal' }
  /** The same request may succeed later; `retryAfterMs` is the endpoint's own word, if it gave one. */
  | {
      readonly kind: 'retryable';
      readonly retryAfterMs: number | null;
      /** Other calls fare no better: this one is put off rather than given up. */
      readonly isOutage?: boolean;
    }
  /** The caller's signal was aborted. */
  | { readonly kind: 'cancelled' };

export class ModelError extends Error {
  override readonly name: string = 'ModelError';
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

/** The call can't be made now: its job is to give its slot back and to run again in `delayMs`, or when somebody wakes it. */
export class LaterError extends Error {
  override readonly name: string = 'LaterError';
  readonly delayMs: number;

  constructor(message: string, delayMs: number, options?: ErrorOptions) {
    super(message, options);
    this.delayMs = delayMs;
  }
}
