import {
  deliveryExample,
  eventsExample,
  eventStreamExample,
  outputExample,
  runningGoal,
  taskExample,
} from '../examples/goals.ts';
import { json, type Operation } from '../operation.ts';
import { itemsOf, schemaOf } from '../schemas.ts';

const read = { method: 'get', tag: 'Progress', scope: 'read' } as const;

export const progressOperations: readonly Operation[] = [
  {
    ...read,
    id: 'watchGoal',
    path: '/v1/goals/{goalId}/events',
    summary: "A goal's events, from the beginning, as they happen",
    description:
      'A stream of server-sent events that ends after the goal did. With `Accept: application/json` the events so far, at once.',
    headers: ['Last-Event-ID'],
    replies: {
      200: {
        description: 'The events.',
        content: {
          'text/event-stream': { schema: { type: 'string' }, examples: { stream: eventStreamExample } },
          'application/json': {
            schema: itemsOf('GoalEvent'),
            examples: { 'so far': { items: eventsExample } },
          },
        },
      },
      204: { description: 'The goal has ended and there is nothing after that event.' },
    },
    problems: ['too_many_streams'],
  },
  {
    ...read,
    id: 'getPlan',
    path: '/v1/goals/{goalId}/plan',
    summary: "A goal's plan",
    replies: { 200: json('The plan.', schemaOf('PlanView'), { plan: runningGoal.plan }) },
    problems: ['conflict'],
  },
  {
    ...read,
    id: 'listTasks',
    path: '/v1/goals/{goalId}/tasks',
    summary: "A goal's tasks",
    replies: { 200: json('The tasks.', itemsOf('Task'), { tasks: { items: runningGoal.tasks } }) },
  },
  {
    ...read,
    id: 'getTask',
    path: '/v1/goals/{goalId}/tasks/{taskId}',
    summary: 'One task',
    replies: { 200: json('The task.', schemaOf('Task'), { task: taskExample }) },
  },
  {
    ...read,
    id: 'getOutput',
    path: '/v1/goals/{goalId}/output',
    summary: "A goal's answer",
    query: [
      {
        name: 'rev',
        in: 'query',
        schema: { type: 'integer', minimum: 0, maximum: 999_999_999 },
        description: 'The `rev` of one of its `results`; the latest run unless given.',
      },
    ],
    replies: {
      200: {
        description: 'The answer.',
        content: { 'text/markdown': { schema: { type: 'string' }, examples: { answer: outputExample } } },
        headers: ['Baton-Simulated'],
      },
    },
    problems: ['conflict'],
  },
  {
    ...read,
    id: 'listDeliveries',
    path: '/v1/goals/{goalId}/deliveries',
    summary: "Messages to a goal's webhook, the oldest first",
    replies: {
      200: json('The messages and what was tried.', itemsOf('Delivery'), {
        deliveries: { items: [deliveryExample] },
      }),
    },
  },
];
