import type { HttpRequest } from '../wire/http-request.ts';
import type { Step } from '../wire/connection.ts';
import type { Random } from '../random.ts';

/**
 * The server that a case goes to: the API open to this machine, the one with keys (and an origin that may use it), the one
 * with small limits, and the two that only tell their health.
 */
export const targets = ['open', 'keyed', 'limited', 'planner', 'worker'] as const;
export type Target = (typeof targets)[number];

/** What must come back. In every case: no 5xx, every 4xx a problem document. */
export type Expected =
  /** A 4xx; `path`: one of its errors is told at that place, inside it or around it. */
  | { readonly kind: 'refused'; readonly path?: string; readonly status?: number }
  /** A goal, which comes to its end: with 202, or with 200 when it has ended or its key was known. */
  | { readonly kind: 'accepted' }
  /** 207; which goals of the batch are lawful. `none`: the batch may be refused as a whole. */
  | { readonly kind: 'batch'; readonly lawful: readonly boolean[] | 'none' }
  /** 200 with a plan that the model has made, or 503 from a process that makes as many as it may. */
  | { readonly kind: 'planned' }
  /** 2xx; `body` says what is wrong with what came. */
  | { readonly kind: 'ok'; readonly body?: (text: string) => string | null }
  /** 2xx, of which `body` says what is wrong, or a 4xx. */
  | { readonly kind: 'ok-or-refused'; readonly body: (text: string) => string | null }
  /** One of these answers. */
  | { readonly kind: 'one-of'; readonly statuses: readonly number[] }
  /** Any answer. */
  | { readonly kind: 'answered' }
  /** The request is no whole one: an answer, or the connection is closed. */
  | { readonly kind: 'answered-or-cut' };

/** What is wrong with the headers of an answer, or null. */
export type HeadersCheck = (headers: ReadonlyMap<string, string>) => string | null;

/** A case before it has its place in the run. */
export interface Draft {
  /** In words, for the report of a failure. */
  readonly what: string;
  readonly expected: Expected;
  /** Open unless given. */
  readonly target?: Target;
  readonly headers?: HeadersCheck;
  /** The text by which a call to the model would be known. */
  readonly asks?: string;
  /** A request in one piece, or what is put on the wire step by step, on a connection of its own. */
  readonly send: HttpRequest | { readonly steps: readonly Step[]; readonly replies?: number };
}

/** What cases need to know of the running Baton. */
export interface World {
  /** A goal that has ended. */
  readonly goalId: string;
  readonly taskId: string;
  /** A goal whose plan awaits approval, for as long as the run takes. */
  readonly waitingGoalId: string;
  /** An Idempotency-Key, and the goal that it has made, which has ended. */
  readonly keyed: { readonly key: string; readonly goalId: string; readonly body: object };
  /** The nextCursor of a page. */
  readonly cursor: string;
  readonly routes: readonly Route[];
  /** Keys of the API with keys: one that may do all, one that may only read. */
  readonly keys: { readonly all: string; readonly read: string };
  /** Of the API with limits: used up by cases. */
  readonly spentKey: string;
  /** Whose pages may use the API with keys. */
  readonly origin: string;
}

/** An operation of the OpenAPI document. */
export interface Route {
  readonly method: string;
  /** With `{goalId}` and the like. */
  readonly path: string;
  /** Of its JSON body, references resolved one level at a time by {@link resolve}. */
  readonly body: JsonSchema | null;
}

export interface JsonSchema extends Readonly<Record<string, unknown>> {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly not?: JsonSchema;
  readonly $ref?: string;
}

/** A kind of bad request: first those written by hand, in order, then as many as wanted. */
export interface Family {
  readonly name: string;
  readonly byHand: (world: World) => readonly Draft[];
  readonly generate: (random: Random, world: World) => Draft;
}

export function isRequest(send: Draft['send']): send is HttpRequest {
  return 'method' in send;
}
