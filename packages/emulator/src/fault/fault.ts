import type { ApiErrorType } from '../api/api-error.ts';
import type { BrokenLaw } from './unlawful-plan.ts';

/** Ends the call with an error status before anything is answered. */
export type RefusingFault =
  | { readonly kind: '429'; /** Seconds. */ readonly retryAfter?: number }
  | { readonly kind: '529' }
  | { readonly kind: '500' }
  | { readonly kind: 'spend-429' }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly type: ApiErrorType;
      readonly message?: string;
    };

/** Answers something other than the usual answer, over a sound connection. */
export type ContentFault =
  | { readonly kind: 'refusal' }
  | { readonly kind: 'max_tokens' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'bad-plan'; readonly which?: BrokenLaw }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool-use'; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly kind: 'huge'; readonly megabytes: number }
  | { readonly kind: 'delay'; readonly ms: number };

/** Answers as usual over a connection that misbehaves. */
export type TransportFault =
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Headers and the first piece, then nothing. */
  | { readonly kind: 'stall' }
  /** One character every `ms`. */
  | { readonly kind: 'drip'; readonly ms: number }
  /** The socket is destroyed half-way. */
  | { readonly kind: 'cut' }
  /** Half the answer, then a clean end. */
  | { readonly kind: 'fin' }
  /** Status 200 with a body, or an event, that is not JSON. */
  | { readonly kind: 'malformed' }
  /** An `error` event after the first piece; 529 when the call does not stream. */
  | { readonly kind: 'sse-error' };

export type Fault = RefusingFault | ContentFault | TransportFault;

/** Which calls a fault is for: all that is given must hold. */
export interface FaultMatch {
  /** `planner`, `replanner`, `task`, `judge`, `synthesiser`, `assessor`, `other`, or a worker type; `batch`: the creation of one. */
  readonly role?: string;
  /** A task id: of the work on it; with the role `judge`, of what is said of it. */
  readonly task?: string;
  readonly model?: string;
  /** A string that the request's body holds. */
  readonly contains?: string;
  /** Starts with the n-th call that matches the rest; the first is 1. */
  readonly nth?: number;
}

export interface FaultRule {
  readonly match?: FaultMatch;
  readonly fault: Fault;
  /** Calls to hit, default 1. */
  readonly times?: number;
}

/** What a fault's match is held against. */
export interface FaultTarget {
  readonly role: string;
  readonly worker: string | null;
  readonly task: string | null;
  readonly model: string;
  /** The body as it came, for `contains`. */
  readonly body: string;
}
