import { VERSION } from '@baton/shared/telemetry/version';
import {
  headerComponents,
  headerParameter,
  headerParameters,
  headersOf,
  rateLimitHeaders,
} from './headers.ts';
import type { Json } from './json.ts';
import type { Content, Operation, Reply, Tag } from './operation.ts';
import { analyticsOperations } from './operations/analytics.ts';
import { fleetOperations } from './operations/fleet.ts';
import { goalOperations } from './operations/goals.ts';
import { planOperations } from './operations/plans.ts';
import { progressOperations } from './operations/progress.ts';
import { steeringOperations } from './operations/steering.ts';
import { usageOperations } from './operations/usage.ts';
import { everywhere, problemComponents, problemReplies } from './problems.ts';
import { schemaComponents } from './schemas.ts';
import { webhooks } from './webhook.ts';

/** All operations, in the order in which they are shown. */
export const operations: readonly Operation[] = [
  ...goalOperations,
  ...progressOperations,
  ...steeringOperations,
  ...planOperations,
  ...usageOperations,
  ...analyticsOperations,
  ...fleetOperations,
];

const tags: Readonly<Record<Tag, string>> = {
  Goals: 'Hand in goals and find them again.',
  Progress: 'What a goal has come to.',
  Steering: 'Act on a goal.',
  Plans: 'Plans without goals.',
  Usage: 'What calls have used, and what they cost.',
  Analytics: 'How goals went.',
  Fleet: 'What this server can do, and how busy it is.',
};

const description = `A distributed job queue for the LLM orchestrator-workers pattern.

- **Keys**: \`Authorization: Bearer <key>\`. Each operation names the scope that a key needs; \`admin\` includes the others. A server
  without keys serves its own machine only, and asks for none.
- **Tenants**: a key belongs to one. What belongs to another tenant is 404.
- **Problems** are \`application/problem+json\` (RFC 9457) with a stable \`type\`; \`errors\` names each bad field and its remedy.
- **Requests** with unknown fields are refused. **Replies** may gain fields: pass over those that you do not know.
- **Methods** that are not listed for a path are answered with 405 and \`Allow\`; \`HEAD\` goes wherever \`GET\` does.
- **Traces**: a request may bring a \`traceparent\` (W3C Trace Context). A server that traces goes on from there, and names the trace
  in \`traceresponse\`.
- A body holds at most 1 MiB.`;

function contentOf({ schema, examples = {} }: Content): Json {
  const entries = Object.entries(examples);
  if (entries.length === 0) return { schema };
  return { schema, examples: Object.fromEntries(entries.map(([name, value]) => [name, { value }])) };
}

function replyOf({ description: said, content, headers = [] }: Reply): Json {
  return {
    description: said,
    headers: headersOf([...headers, ...rateLimitHeaders]),
    ...(content && {
      content: Object.fromEntries(Object.entries(content).map(([type, value]) => [type, contentOf(value)])),
    }),
  };
}

function problemsOf({ path, problems = [] }: Operation): Parameters<typeof problemReplies>[0] {
  return [...everywhere, ...(path.includes('{') ? (['not_found'] as const) : []), ...problems];
}

function parametersOf({ path, headers = [], query = [] }: Operation): Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return [
    ...names.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...query,
    ...headers.map(headerParameter),
  ];
}

function operationOf(operation: Operation): Json {
  const { id, tag, scope, summary, body, replies } = operation;
  const parameters = parametersOf(operation);
  const scopeNeeded = `Needs the scope \`${scope}\`.`;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description:
      operation.description === undefined ? scopeNeeded : `${operation.description}\n\n${scopeNeeded}`,
    security: [{ key: [scope] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: body.required, content: { 'application/json': contentOf(body) } },
    }),
    responses: {
      ...Object.fromEntries(Object.entries(replies).map(([status, reply]) => [status, replyOf(reply)])),
      ...problemReplies(problemsOf(operation)),
    },
  };
}

function paths(): Json {
  const byPath: Record<string, Json> = {};
  for (const operation of operations) {
    byPath[operation.path] = { ...byPath[operation.path], [operation.method]: operationOf(operation) };
  }
  return byPath;
}

function pathParameter(name: string, example: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string' }, example };
}

function make(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Baton',
      version: VERSION,
      summary: 'Goals in, answers out, over HTTP.',
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, about]) => ({ name, description: about })),
    paths: paths(),
    webhooks,
    components: {
      schemas: schemaComponents(),
      parameters: {
        goalId: pathParameter('goalId', 'goal_9t0qp7k14knx1wc5d2rr'),
        taskId: pathParameter('taskId', 'market'),
        ...headerParameters(),
      },
      headers: headerComponents(),
      // Nothing that is listed answers `method_not_allowed`: it is what methods that are not are answered with.
      responses: problemComponents([...operations.map(problemsOf), ['method_not_allowed'], ['not_found']]),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key. Not asked for where none are set.' },
      },
    },
  };
}

let document: Json | null = null;

/** The OpenAPI 3.1 document, made from the same schemas that check requests. */
export function openApiDocument(): Json {
  return (document ??= make());
}
