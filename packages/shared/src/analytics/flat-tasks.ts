import { dueBin } from '@baton/plan/urgency';
import { orchestrator } from '@baton/plan/worker-types/orchestrator';
import { goalOptionsSchema, type GoalOptions } from '../contract/goal-request.ts';
import type { TaskSpec } from '../ledger/goal-record.ts';
import { attemptsOf, specsOf } from '../ledger/task-results.ts';
import type { DigestTask } from './goal-digest.ts';
import type { GoalRecord } from './goal-record.ts';
import { reviewOf } from './review-digest.ts';

/** A task whose dependencies are still names. */
interface Named {
  readonly name: string;
  readonly needs: readonly string[];
  readonly task: Omit<DigestTask, 'dependencies'>;
}

/** What a task that was handed on begins and ends with; no task's id holds these characters. */
const beginning = (name: string): string => `${name}<`;
const end = (name: string): string => `${name}>`;

export function specsOfRecord({ goal, tasks }: GoalRecord): TaskSpec[] {
  return specsOf(goal.taskIds ? (JSON.parse(goal.taskIds) as string[]) : [], tasks);
}

export function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function priorityOf(options: string | undefined): GoalOptions['priority'] {
  const given = options === undefined ? {} : (JSON.parse(options) as Partial<GoalOptions>);
  return given.priority ?? goalOptionsSchema.parse({}).priority;
}

function taskOf(record: GoalRecord, spec: TaskSpec, name: string): Named['task'] {
  const { goal, tasks, ends, subGoals } = record;
  const { id, worker, priority } = spec;
  const outcome = ends.get(id);
  const review = reviewOf(outcome?.reviews ?? []);
  const wasPutBack = Number(tasks[`waits:${id}`] ?? 0) > 0;
  const kind = subGoals.has(id) ? 'handed_on' : wasPutBack ? 'put_back' : null;
  return {
    id: name,
    worker,
    status: outcome?.status ?? 'cancelled',
    attempts: attemptsOf(tasks, id),
    ...(kind && { kind }),
    queuedAt: timeOf(tasks[`queuedAt:${id}`]),
    startedAt: timeOf(tasks[`startedAt:${id}`]),
    finishedAt: timeOf(tasks[`finishedAt:${id}`]),
    due: dueBin(priorityOf(goal.options), priority, Number(goal.acceptedAt ?? goal.createdAt)),
    ...(review && { review }),
  };
}

/** A sub-goal's tasks in the place of the task that they were for, between what Baton did before and after them. */
function handedOn(name: string, whole: Named['task'], needs: readonly string[], record: GoalRecord): Named[] {
  const inner = flatten(record, `${name}/`, [beginning(name)]);
  const queued = inner.flatMap(({ task }) => task.queuedAt ?? []);
  const ended = inner.flatMap(({ task }) => (task.startedAt === null ? [] : (task.finishedAt ?? [])));
  const first = queued.length === 0 ? whole.finishedAt : Math.min(...queued);
  const last = ended.length === 0 ? whole.finishedAt : Math.max(...ended);
  const between = { id: name, kind: 'between', status: whole.status, attempts: 0, due: whole.due } as const;
  const { queuedAt, startedAt, finishedAt } = whole;
  return [
    { name, needs: [], task: whole },
    {
      name: beginning(name),
      needs,
      task: { ...between, worker: orchestrator.type, queuedAt, startedAt, finishedAt: first },
    },
    ...inner,
    {
      name: end(name),
      needs: [
        beginning(name),
        ...inner.filter(({ task }) => task.kind !== 'handed_on').map((each) => each.name),
      ],
      task: { ...between, worker: ':synthesis', queuedAt: last, startedAt: startedAt && last, finishedAt },
    },
  ];
}

/** @param after names of what tasks wait for that wait for no other. */
function flatten(record: GoalRecord, prefix: string, after: readonly string[]): Named[] {
  const { subGoals } = record;
  return specsOfRecord(record).flatMap((spec) => {
    const name = prefix + spec.id;
    const own = spec.dependencies.map((id) => (subGoals.has(id) ? end(prefix + id) : prefix + id));
    const needs = own.length === 0 ? after : own;
    const task = taskOf(record, spec, name);
    const sub = subGoals.get(spec.id);
    return sub ? handedOn(name, task, needs, sub) : [{ name, needs, task }];
  });
}

/** A goal's tasks with those of its sub-goals. */
export function flatTasks(record: GoalRecord): DigestTask[] {
  const named = flatten(record, '', []);
  const places = new Map(named.map(({ name }, place) => [name, place]));
  return named.map(({ task, needs }) => ({
    ...task,
    dependencies: needs.flatMap((name) => places.get(name) ?? []),
  }));
}
