import type { HttpRequest } from '../wire/http-request.ts';
import type { Step } from '../wire/connection.ts';
import type { Random } from '../random.ts';

/** The server that a case goes to: the API open to this machine, the API with keys, and the two that only tell their health. */
export const targets = ['open', 'keyed', 'planner', 'worker'] as const;
export type Target = (typeof targets)[number];

/** What must come back. In every case: no 5xx, every 4xx a problem document. */
export type Expected =
  /** A 4xx; `path`: one of its errors is told at that place, inside it or around it. */
  | { readonly kind: 'refused'; readonly path?: string; readonly status?: number }
  /** 202 with a goal, which comes to its end. */
  | { readonly kind: 'accepted' }
  /** 2xx; `body` says what is wrong with what came. */
  | { readonly kind: 'ok'; readonly body?: (text: string) => string | null }
  /** Any answer. */
  | { readonly kind: 'answered' }
  /** The request is no whole one: an answer, or the connection is closed. */
  | { readonly kind: 'answered-or-cut' };

/** A case before it has its place in the run. */
export interface Draft {
  /** In words, for the report of a failure. */
  readonly what: string;
  readonly expected: Expected;
  /** Open unless given. */
  readonly target?: Target;
  /** A request in one piece, or what is put on the wire step by step, on a connection of its own. */
  readonly send: HttpRequest | { readonly steps: readonly Step[]; readonly replies?: number };
}

/** What cases need to know of the running Baton. */
export interface World {
  /** A goal that has ended. */
  readonly goalId: string;
  readonly taskId: string;
  /** The nextCursor of a page. */
  readonly cursor: string;
  readonly routes: readonly Route[];
  /** Keys of the API with keys: one that may do all, one that may only read. */
  readonly keys: { readonly all: string; readonly read: string };
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
