import type { LlmRequest, LlmResponse, ModelError } from './llm.ts';

export interface BatchItem {
  /** 1 to 64 letters, digits, `_` or `-`; unique within a batch. */
  readonly customId: string;
  readonly request: LlmRequest;
}

export type BatchCreation =
  | { readonly kind: 'created'; readonly id: string }
  /** The endpoint knows no batches. */
  | { readonly kind: 'unsupported' }
  /** It takes fewer or smaller requests at a time, or refuses one of them. */
  | { readonly kind: 'refused'; readonly error: ModelError }
  /** It takes no batch now, or never again with this account: nothing was created. */
  | { readonly kind: 'failed'; readonly error: ModelError }
  /** Whether it was created is not known: to be found out by {@link MessageBatches.since}. */
  | { readonly kind: 'unknown'; readonly error: ModelError };

export interface BatchState {
  readonly id: string;
  /** ms since the epoch, by the endpoint's clock. */
  readonly createdAt: number;
  readonly isEnded: boolean;
  readonly requests: number;
}

export type BatchEnd =
  | { readonly kind: 'answered'; readonly answer: (request: LlmRequest) => LlmResponse }
  | { readonly kind: 'failed'; readonly error: ModelError }
  /** It can't be read: it may hold an answer that was paid for. */
  | { readonly kind: 'unreadable' }
  /** Not tried, and not paid for. */
  | { readonly kind: 'untried'; readonly why: 'expired' | 'canceled' };

export interface BatchResult {
  readonly customId: string;
  readonly end: BatchEnd;
}

/** The Message Batches API of one endpoint. All but `create` reject with a {@link ModelError}. */
export interface MessageBatches {
  /** Without credentials. */
  readonly endpoint: string;
  /** Never rejects. */
  create(items: readonly BatchItem[], signal: AbortSignal): Promise<BatchCreation>;
  /** Null when the endpoint knows no such batch, any more. */
  find(id: string, signal: AbortSignal): Promise<BatchState | null>;
  /** Batches of this account created since then, in ms since the epoch by the endpoint's clock; the newest first. */
  since(time: number, signal: AbortSignal): Promise<BatchState[]>;
  /** Of a batch that has ended, in any order. */
  results(id: string, signal: AbortSignal): AsyncIterable<BatchResult>;
  /** Asks for what has not begun not to be done. */
  cancel(id: string, signal: AbortSignal): Promise<void>;
}

/** Where the batches of a model go; null where its endpoint takes none. */
export type BatchEndpoints = (model: string) => MessageBatches | null;
