import { shortHash } from '@baton/emulator/calls/goal-hash';
import { noUsage } from '@baton/shared/contract/task-outcome';
import type { CallRecord, Evidence, Goal, GoalEvent, GoalSeen } from '../evidence/evidence.ts';

/** ms since the epoch; the n-th event comes so many ms later. */
const START = Date.UTC(2026, 10, 21);
const STEP = 100;

export function timeOfEvent(id: number): number {
  return START + id * STEP;
}

function eventList(goalId: string, ...names: readonly (string | readonly [string, object])[]): GoalEvent[] {
  return names.map((name, index) => {
    const [event, data] = typeof name === 'string' ? [name, {}] : name;
    const at = new Date(timeOfEvent(index + 1)).toISOString();
    return { id: String(index + 1), event: event as GoalEvent['event'], data: { goalId, at, ...data } };
  });
}

export function call(text: string, serial: number, given: Partial<CallRecord>): CallRecord {
  const at = given.at ?? START;
  return {
    serial,
    at,
    requestHash: shortHash(`${given.role} ${given.task}`),
    turns: 1,
    role: 'task',
    worker: null,
    task: null,
    goalHash: shortHash(text),
    model: 'claude-sonnet-5-5',
    fault: null,
    status: 200,
    paidAt: at + 1,
    endedAt: at + 2,
    aborted: false,
    ...given,
  };
}

function goalNamed(id: string, text: string, given: Partial<Goal>): Goal {
  return {
    id,
    status: 'succeeded',
    goal: text,
    createdAt: new Date(START).toISOString(),
    startedAt: null,
    finishedAt: null,
    plan: null,
    tasks: [],
    output: null,
    simulated: true,
    missing: [],
    usage: noUsage,
    error: null,
    labels: {},
    feedback: [],
    rev: 1,
    parent: null,
    citations: [],
    reviews: [],
    results: [],
    finishedEarly: null,
    planCache: null,
    replans: 0,
    prompts: {},
    links: { self: '', events: '', dashboard: null },
    ...given,
  };
}

const taskView = {
  worker: 'writer',
  attempts: 1,
  startedAt: null,
  finishedAt: null,
  output: 'x',
  errors: [],
  usage: noUsage,
  reviews: [],
  metadata: {},
  subGoal: null,
};
type PlannedTask = NonNullable<Goal['plan']>['tasks'][number];

const plannedTask: Omit<PlannedTask, 'id' | 'dependencies'> = {
  worker: 'writer',
  description: 'x',
  requirements: [],
  priority: 'medium',
  complexity: 'low',
};

function about(taskId: string): { taskId: string } {
  return { taskId };
}

/** Planned, two tasks of which the second needs the first, put together; followed over a reconnect; told of by a webhook. */
function succeededGoal(goalId: string, text: string): { seen: GoalSeen; calls: CallRecord[] } {
  const events = eventList(
    goalId,
    'goal.accepted',
    'goal.planning',
    'goal.planned',
    'goal.running',
    ['task.queued', about('a')],
    ['task.started', about('a')],
    ['task.succeeded', about('a')],
    ['task.queued', about('b')],
    ['task.started', about('b')],
    ['task.succeeded', about('b')],
    'goal.synthesizing',
    'goal.succeeded',
  );
  const goal = goalNamed(goalId, text, {
    plan: {
      mode: 'plan',
      analysis: '',
      tasks: [
        { ...plannedTask, id: 'a', dependencies: [] },
        { ...plannedTask, id: 'b', dependencies: ['a'] },
      ],
    },
    tasks: [
      { ...taskView, id: 'a', status: 'succeeded' },
      { ...taskView, id: 'b', status: 'succeeded' },
    ],
    usage: { ...noUsage, calls: 4 },
  });
  const calls = [
    call(text, 1, { role: 'planner', at: timeOfEvent(2) + 5 }),
    call(text, 2, { task: 'a', at: timeOfEvent(6) + 5 }),
    call(text, 3, { task: 'b', at: timeOfEvent(9) + 5 }),
    call(text, 4, { role: 'synthesiser', at: timeOfEvent(11) + 5 }),
  ];
  return { seen: { goalId, text, wantsWebhook: true, parent: null, goal, events }, calls };
}

/** One task, which failed and succeeded in a second run that the API's retry made. */
function retriedGoal(goalId: string, text: string): { seen: GoalSeen; calls: CallRecord[] } {
  const events = eventList(
    goalId,
    'goal.accepted',
    'goal.planned',
    'goal.running',
    ['task.started', about('a')],
    ['task.failed', about('a')],
    'goal.failed',
    ['goal.retried', { taskIds: ['a'] }],
    'goal.running',
    ['task.started', about('a')],
    ['task.succeeded', about('a')],
    'goal.synthesizing',
    'goal.succeeded',
  );
  const goal = goalNamed(goalId, text, {
    plan: { mode: 'plan', analysis: '', tasks: [{ ...plannedTask, id: 'a', dependencies: [] }] },
    tasks: [{ ...taskView, id: 'a', status: 'succeeded' }],
    usage: { ...noUsage, calls: 3 },
  });
  const calls = [
    call(text, 5, { task: 'a', at: timeOfEvent(4) + 5, fault: 'refusal' }),
    call(text, 6, { task: 'a', at: timeOfEvent(9) + 5 }),
    call(text, 7, { role: 'synthesiser', at: timeOfEvent(11) + 5 }),
  ];
  return { seen: { goalId, text, wantsWebhook: false, parent: null, goal, events }, calls };
}

/** A small run in which everything is as it must be. */
export function soundEvidence(): Evidence {
  const first = succeededGoal('goal_first', 'The first goal');
  const second = retriedGoal('goal_second', 'The second goal');
  const { events } = first.seen;
  const { events: secondEvents } = second.seen;
  const open = { openedAt: START, status: 200, ended: 'whole' } as const;
  const told = {
    id: 'msg_1',
    type: 'goal.succeeded',
    body: { data: { id: 'goal_first', status: 'succeeded' } },
  };
  return {
    client: {
      submissions: [
        {
          request: { goal: 'The first goal', webhook: { url: 'http://localhost' } },
          sentAt: START,
          answeredAt: START,
          answer: { kind: 'accepted', goalId: 'goal_first', isReplay: true },
          keyed: [
            { kind: 'unknown', reason: 'cut' },
            { kind: 'refused', status: 503, problem: '' },
            { kind: 'accepted', goalId: 'goal_first', isReplay: false },
            { kind: 'accepted', goalId: 'goal_first', isReplay: true },
          ],
        },
        {
          request: { goal: 'The second goal' },
          sentAt: START,
          answeredAt: START,
          answer: { kind: 'unknown', reason: 'cut' },
        },
        {
          request: { goal: 'The third goal' },
          sentAt: START,
          answeredAt: START,
          answer: { kind: 'refused', status: 400, problem: '' },
        },
      ],
      actions: [
        {
          goalId: 'goal_second',
          what: 'retry',
          sentAt: timeOfEvent(7) - 5,
          answeredAt: timeOfEvent(7) + 5,
          status: 202,
        },
      ],
      sightings: [
        { goalId: 'goal_first', at: timeOfEvent(20), status: 'succeeded' },
        { goalId: 'goal_second', at: timeOfEvent(6) + 5, status: 'failed' },
        { goalId: 'goal_second', at: timeOfEvent(20), status: 'succeeded' },
      ],
      readers: [
        {
          goalId: 'goal_first',
          connections: [
            { ...open, after: null, events: events.slice(0, 5), ended: 'broken' },
            { ...open, after: '5', status: 503, events: [] },
            { ...open, after: '5', events: events.slice(5) },
            { ...open, after: '12', status: 204, events: [] },
          ],
        },
        {
          goalId: 'goal_second',
          connections: [
            { ...open, after: null, events: secondEvents.slice(0, 6) },
            { ...open, after: '6', events: secondEvents.slice(6) },
          ],
        },
      ],
    },
    goals: [first.seen, second.seen],
    listed: [first, second].map(({ seen: { goalId, text } }) => ({ goalId, text, createdAt: START + 1 })),
    model: { calls: [...first.calls, ...second.calls], forgotten: 0 },
    deliveries: [
      { ...told, at: timeOfEvent(13), answered: 500 },
      { ...told, at: timeOfEvent(14), answered: 204 },
    ],
    effects: [
      { tool: 'book', key: '1' },
      { tool: 'look', key: '2' },
      { tool: 'look', key: '2' },
    ],
    ledger: {
      prefix: 'p',
      keys: [
        '{p}:goal:goal_first',
        '{p}:goal:goal_second:tasks',
        '{p}:queue:goals:goal_first',
        '{p}:workers',
      ],
      pendingJobs: [],
      openGoals: [],
    },
    quiet: { reached: true, tookMs: 5, unended: [], lacking: null },
  };
}
