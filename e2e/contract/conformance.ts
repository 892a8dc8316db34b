import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { readEventStream } from '../events.ts';
import { templateOf, type Contract, type Operation, type Reply } from './document.ts';
import type { Exchange } from './recorder.ts';

/** What HTTP, or the guard that stands before everything, says about a reply; all else is Baton's own and must be described. */
const plumbing = new Set([
  'accept-ranges',
  'cache-control',
  'connection',
  'content-length',
  'content-security-policy',
  'content-type',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'date',
  'keep-alive',
  'origin-agent-cluster',
  'referrer-policy',
  'transfer-encoding',
  'vary',
  'x-accel-buffering',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
]);

type Json = Record<string, unknown>;

/** The schema, taking no field that it does not name. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, strict(inner)]));
  const isClosed = 'properties' in schema && !('additionalProperties' in schema);
  return isClosed ? { ...schema, unevaluatedProperties: false } : schema;
}

export type Validate = (schema: object, value: unknown) => string[];

const ID = 'http://baton/openapi';

/** Says what a schema of the document finds wrong with a value; `isStrict`: fields that it does not name are wrong too. */
export function validator({ document }: Contract, { isStrict }: { isStrict: boolean }): Validate {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const { components } = document as { components: { schemas: Json } };
  const prepared = (schema: object): object => (isStrict ? (strict(schema) as object) : schema);
  ajv.addSchema({ $id: ID, components: { schemas: prepared(components.schemas) } });
  const compiled = new Map<string, ValidateFunction>();
  return (schema, value) => {
    const text = JSON.stringify(prepared(schema)).replaceAll('"#/', `"${ID}#/`);
    const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object);
    compiled.set(text, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  };
}

function headerFaults(reply: Reply, { headers }: Exchange, validate: Validate): string[] {
  return [...headers].flatMap(([name, value]) => {
    if (plumbing.has(name)) return [];
    const header = reply.headers?.[name];
    if (!header) return [`the header ${name} is not described`];
    return validate(header.schema, value).map((fault) => `the header ${name}${fault}`);
  });
}

async function eventFaults(body: string, validate: Validate): Promise<string[]> {
  const faults: string[] = [];
  for await (const event of readEventStream(new Response(body))) {
    faults.push(...validate({ $ref: '#/components/schemas/GoalEvent' }, event));
  }
  return faults;
}

async function bodyFaults(reply: Reply, exchange: Exchange, validate: Validate): Promise<string[]> {
  const { contentType, body, method, status } = exchange;
  const content = Object.entries(reply.content ?? {});
  if (method === 'HEAD' || content.length === 0) return body === '' ? [] : ['a body is not described'];
  const media = reply.content?.[contentType];
  if (!media) return [`the content type "${contentType}" is not described`];
  if (contentType === 'text/event-stream') return eventFaults(body, validate);
  if (!contentType.endsWith('json')) return validate(media.schema, body);
  const value = JSON.parse(body) as Json;
  const isOfStatus = contentType !== 'application/problem+json' || value['status'] === status;
  return [...validate(media.schema, value), ...(isOfStatus ? [] : ['the problem tells another status'])];
}

/** The operation that an exchange belongs to, or null. */
export function operationOf(contract: Contract, { method, path }: Exchange): Operation | null {
  const template = templateOf(contract, path);
  const sought = method === 'HEAD' ? 'GET' : method;
  return (
    contract.operations.find((operation) => operation.template === template && operation.method === sought) ??
    null
  );
}

/** The reply that the document describes; what is no operation is answered with 401, 404 or 405 alone. */
function describedReply(contract: Contract, exchange: Exchange): Reply | undefined {
  const operation = operationOf(contract, exchange);
  if (operation) return operation.replies[exchange.status];
  const named = templateOf(contract, exchange.path) === null ? 'NotFound' : 'MethodNotAllowed';
  const wanted = exchange.status === 401 ? 'Unauthorized' : named;
  const reply = contract.replies[wanted];
  const allowed = { Unauthorized: 401, NotFound: 404, MethodNotAllowed: 405 }[wanted];
  return allowed === exchange.status ? reply : undefined;
}

/** What of an exchange the document does not describe. */
export async function faultsOf(
  contract: Contract,
  exchange: Exchange,
  validate: Validate,
): Promise<string[]> {
  const { method, path, status } = exchange;
  const reply = describedReply(contract, exchange);
  const faults = reply
    ? [...headerFaults(reply, exchange, validate), ...(await bodyFaults(reply, exchange, validate))]
    : ['the status is not described'];
  return faults.map((fault) => `${method} ${path} ${status}: ${fault}`);
}
