import type { ProblemType } from '@baton/shared/contract/problem';
import type { Scope } from '@baton/shared/settings/api-keys';
import type { ReplyHeader, RequestHeader } from './headers.ts';
import type { Json } from './json.ts';

export type Tag = 'Goals' | 'Progress' | 'Steering' | 'Plans' | 'Usage' | 'Analytics' | 'Fleet';

export interface Content {
  readonly schema: Json;
  /** By name. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly description: string;
  /** By media type; nothing for a reply without a body. */
  readonly content?: Readonly<Record<string, Content>>;
  readonly headers?: readonly ReplyHeader[];
}

/** One operation: what is its own. What all have in common is added in `document.ts`. */
export interface Operation {
  /** `operationId`: generated clients name their methods by it, so it never changes. */
  readonly id: string;
  readonly method: 'get' | 'post';
  /** As in OpenAPI: `/v1/goals/{goalId}`. */
  readonly path: string;
  readonly tag: Tag;
  /** What a key must be allowed. */
  readonly scope: Scope;
  readonly summary: string;
  readonly description?: string;
  readonly headers?: readonly RequestHeader[];
  readonly query?: readonly Json[];
  readonly body?: Content & { readonly required: boolean };
  /** By status: the replies that are no problems. */
  readonly replies: Readonly<Record<number, Reply>>;
  /** Beside those that every operation may answer with. */
  readonly problems?: readonly ProblemType[];
}

export function json(description: string, schema: Json, examples: Content['examples'] = {}): Reply {
  return { description, content: { 'application/json': { schema, examples } } };
}
