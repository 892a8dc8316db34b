/** The OpenAPI document as tests read it: every `$ref` to a reply, a header or a parameter is followed. */
import type { Api } from '../api.ts';

export interface MediaType {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Reply {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly schema: object }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly template: string;
  /** What a key must be allowed. */
  readonly scope: string;
  readonly body: MediaType | null;
  /** By status. */
  readonly replies: Readonly<Record<string, Reply>>;
}

export interface Contract {
  /** As it came. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly operations: readonly Operation[];
  /** Replies to what is no operation, by their names. */
  readonly replies: Readonly<Record<string, Reply>>;
}

/** What a reference of the document leads to; undefined when it leads nowhere. */
export function follow(document: object, reference: string): unknown {
  return reference
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);
}

function resolved(document: object, value: unknown): unknown {
  const reference = (value as { $ref?: string }).$ref;
  return reference === undefined ? value : follow(document, reference);
}

function replyOf(document: object, value: unknown): Reply {
  const { headers = {}, ...reply } = resolved(document, value) as Reply;
  const entries = Object.entries(headers).map(([name, header]) => [
    name.toLowerCase(),
    resolved(document, header) as { schema: object },
  ]);
  return { ...reply, headers: Object.fromEntries(entries) };
}

interface RawOperation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, unknown>> };
}

function repliesOf(document: object, responses: Readonly<Record<string, unknown>>): Record<string, Reply> {
  return Object.fromEntries(
    Object.entries(responses).map(([name, reply]) => [name, replyOf(document, reply)]),
  );
}

export async function readContract(api: Api): Promise<Contract> {
  const document = await api.json<RawDocument & Record<string, unknown>>('GET', '/openapi.json', 200);
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, raw]) => ({
      operationId: raw.operationId,
      method: method.toUpperCase(),
      template,
      scope: raw.security[0]?.['key']?.[0] ?? '',
      body: raw.requestBody?.content['application/json'] ?? null,
      replies: repliesOf(document, raw.responses),
    })),
  );
  return { document, operations, replies: repliesOf(document, document.components.responses) };
}

/** The template that a path is an instance of, or null; the one with fewer parameters wins. */
export function templateOf({ operations }: Contract, path: string): string | null {
  const templates = [...new Set(operations.map(({ template }) => template))];
  const matching = templates.filter((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  const parameters = (template: string): number => template.split('{').length;
  return matching.toSorted((left, right) => parameters(left) - parameters(right))[0] ?? null;
}

/** A path of this template. */
export function addressOf(template: string, goalId: string, taskId = 'a'): string {
  return template.replace('{goalId}', goalId).replace('{taskId}', taskId);
}
