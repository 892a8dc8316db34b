import { z } from 'zod';
import { planSchema } from '@baton/plan/plan';
import { goalEventSchema } from '@baton/shared/contract/event';
import { goalListSchema } from '@baton/shared/contract/goal-list';
import { goalRequestSchema } from '@baton/shared/contract/goal-request';
import { goalSchema, goalSummarySchema, planViewSchema, taskViewSchema } from '@baton/shared/contract/goal';
import { goalStatuses } from '@baton/shared/contract/goal-status';
import { problemSchema, problemTypes, type ProblemType } from '@baton/shared/contract/problem';
import { workerTypeViewSchema } from '@baton/shared/contract/worker-type';

type Json = Record<string, unknown>;

const responses = z.registry<{ id: string }>();
responses.add(goalSchema, { id: 'Goal' });
responses.add(goalSummarySchema, { id: 'GoalSummary' });
responses.add(goalListSchema, { id: 'GoalList' });
responses.add(planViewSchema, { id: 'PlanView' });
responses.add(taskViewSchema, { id: 'Task' });
responses.add(goalEventSchema, { id: 'GoalEvent' });
responses.add(workerTypeViewSchema, { id: 'WorkerType' });
responses.add(problemSchema, { id: 'Problem' });

const requests = z.registry<{ id: string }>();
requests.add(goalRequestSchema, { id: 'GoalRequest' });
requests.add(planSchema, { id: 'Plan' });

const uri = (id: string): string => `#/components/schemas/${id}`;

/** JSON schemas without the `$schema` and `$id` that OpenAPI supplies itself. */
function componentsOf(registry: typeof responses, io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(registry, { uri, io, unrepresentable: 'any' });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  );
}

const schemaOf = (id: string): Json => ({ $ref: uri(id) });
const itemsOf = (id: string): Json => ({
  type: 'object',
  properties: { items: { type: 'array', items: schemaOf(id) } },
  required: ['items'],
});

function json(description: string, schema: Json, headers?: Json): Json {
  return { description, content: { 'application/json': { schema } }, ...(headers && { headers }) };
}

function problems(...types: ProblemType[]): Json {
  const byStatus = new Map<number, string[]>();
  for (const type of types) {
    const { status, title } = problemTypes[type];
    byStatus.set(status, [...(byStatus.get(status) ?? []), title]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, titles]) => [
      status,
      {
        description: titles.join(', or '),
        content: { 'application/problem+json': { schema: schemaOf('Problem') } },
      },
    ]),
  );
}

const everywhere = problems('unauthorized', 'forbidden', 'unavailable', 'internal');
const goalId: Json = { name: 'goalId', in: 'path', required: true, schema: { type: 'string' } };
const taskId: Json = { name: 'taskId', in: 'path', required: true, schema: { type: 'string' } };

function read(
  operationId: string,
  summary: string,
  ok: Json,
  parameters: Json[] = [goalId],
  more: Json = {},
): Json {
  return {
    get: {
      operationId,
      summary,
      parameters,
      responses: {
        200: ok,
        ...(parameters.includes(goalId) && problems('not_found')),
        ...more,
        ...everywhere,
      },
    },
  };
}

const listParameters: Json[] = [
  { name: 'status', in: 'query', schema: { type: 'string', enum: [...goalStatuses] } },
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
  {
    name: 'cursor',
    in: 'query',
    schema: { type: 'string' },
    description: 'The nextCursor of the page before.',
  },
  {
    name: 'label',
    in: 'query',
    style: 'form',
    explode: true,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
    description: 'Given as label.<key>=<value>, once per label that a goal must have.',
  },
];

const lastEventId: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  schema: { type: 'string', pattern: '^[0-9]+$' },
  description: 'Only events after this one.',
};

const paths: Json = {
  '/v1/goals': {
    post: {
      operationId: 'submitGoal',
      summary: 'Submit a goal',
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf('GoalRequest') } } },
      responses: {
        202: json('The goal is accepted and can not be lost.', schemaOf('Goal'), {
          Location: { description: 'The goal.', schema: { type: 'string' } },
        }),
        ...problems('invalid_request', 'malformed_json', 'too_large', 'unsupported_media_type'),
        ...everywhere,
        ...problems('unavailable', 'storage_full'),
      },
    },
    ...read(
      'listGoals',
      'List goals, newest first',
      json('A page.', schemaOf('GoalList')),
      listParameters,
      problems('invalid_request'),
    ),
  },
  '/v1/goals/{goalId}': read(
    'getGoal',
    'A goal with its plan, tasks and output',
    json('The goal.', schemaOf('Goal')),
  ),
  '/v1/goals/{goalId}/plan': read(
    'getPlan',
    "A goal's plan",
    json('The plan.', schemaOf('PlanView')),
    [goalId],
    problems('conflict'),
  ),
  '/v1/goals/{goalId}/tasks': read('listTasks', "A goal's tasks", json('The tasks.', itemsOf('Task'))),
  '/v1/goals/{goalId}/tasks/{taskId}': read('getTask', 'One task', json('The task.', schemaOf('Task')), [
    goalId,
    taskId,
  ]),
  '/v1/goals/{goalId}/output': read(
    'getOutput',
    "A goal's answer",
    { description: 'The answer.', content: { 'text/markdown': { schema: { type: 'string' } } } },
    [goalId],
    problems('conflict'),
  ),
  '/v1/goals/{goalId}/events': read(
    'watchGoal',
    "A goal's events, from the beginning, as they happen",
    {
      description: 'Server-sent events; the stream ends after the terminal one. As JSON: the events so far.',
      content: {
        'text/event-stream': { schema: { type: 'string' } },
        'application/json': { schema: itemsOf('GoalEvent') },
      },
    },
    [goalId, lastEventId],
    {
      204: { description: 'The goal has ended and there is nothing after that event.' },
      ...problems('invalid_request'),
    },
  ),
  '/v1/goals/{goalId}/cancel': {
    post: {
      operationId: 'cancelGoal',
      summary: 'Cancel a goal and the model calls it has in flight',
      parameters: [goalId],
      responses: {
        202: json('The goal is cancelled.', schemaOf('Goal')),
        ...problems('not_found', 'conflict'),
        ...everywhere,
      },
    },
  },
  '/v1/goals/{goalId}/retry': {
    post: {
      operationId: 'retryGoal',
      summary: 'Run again what failed, was skipped or was cancelled; what succeeded is kept',
      parameters: [goalId],
      responses: {
        202: json('The goal goes on.', schemaOf('Goal')),
        ...problems('not_found', 'conflict'),
        ...everywhere,
      },
    },
  },
  '/v1/worker-types': read(
    'listWorkerTypes',
    'Worker types that tasks may name',
    json('The worker types.', itemsOf('WorkerType')),
    [],
  ),
};

let document: Json | null = null;

/** The OpenAPI 3.1 document, made from the same schemas that check requests. */
export function openApiDocument(): Json {
  document ??= {
    openapi: '3.1.0',
    info: {
      title: 'Baton',
      version: '0.1.0',
      description: 'A distributed job queue for the LLM orchestrator-workers pattern.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: { ...componentsOf(requests, 'input'), ...componentsOf(responses, 'output') },
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
  };
  return document;
}
