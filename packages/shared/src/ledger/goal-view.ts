import type { Plan } from '@baton/plan/plan';
import type { Feedback } from '../contract/feedback.ts';
import type { Goal, GoalSummary, PlanView, TaskView } from '../contract/goal.ts';
import { goalErrorSchema, missingSchema } from '../contract/goal.ts';
import { goalStatusSchema, isTerminal } from '../contract/goal-status.ts';
import {
  noUsage,
  outcomeSchema,
  type Outcome,
  type TaskStatus,
  type Usage,
} from '../contract/task-outcome.ts';
import type { NewGoal } from './goal-acceptance.ts';
import { readPlanHead, taskSpecs, type PlanHead, type TaskSpec } from './goal-record.ts';
import { NANO_DOLLARS } from './journal.ts';
import type { Ledger } from './ledger.ts';

type Fields = Readonly<Partial<Record<string, string>>>;

/** Addresses of a goal, which only the HTTP side knows. */
export type GoalLinks = (goalId: string, rev: number) => Goal['links'];

function moment(ms: string | undefined): string | null {
  return ms === undefined ? null : new Date(Number(ms)).toISOString();
}

function usageOf(fields: Fields): Usage {
  const count = (name: string): number => Number(fields[name] ?? 0);
  return {
    calls: count('calls'),
    possiblyRepeatedCalls: count('possiblyRepeatedCalls'),
    inputTokens: count('inputTokens'),
    outputTokens: count('outputTokens'),
    cacheReadTokens: count('cacheReadTokens'),
    cacheWriteTokens: count('cacheWriteTokens'),
    costUsd: count('unpricedCalls') > 0 ? null : count('costNanoUsd') / NANO_DOLLARS,
  };
}

function outcomeOf(fields: Fields, taskId: string): Outcome | null {
  const json = fields[`outcome:${taskId}`];
  return json === undefined ? null : outcomeSchema.parse(JSON.parse(json));
}

/** @param isOver the goal has ended: a task that nobody ever let start is cancelled. */
function statusOf(fields: Fields, taskId: string, outcome: Outcome | null, isOver: boolean): TaskStatus {
  if (outcome) return outcome.status;
  if (isOver) return 'cancelled';
  if (fields[`startedAt:${taskId}`]) return 'running';
  return fields[`queuedAt:${taskId}`] ? 'queued' : 'pending';
}

function specOf(fields: Fields, taskId: string): TaskSpec | null {
  const json = fields[`spec:${taskId}`];
  return json === undefined ? null : (JSON.parse(json) as TaskSpec);
}

function taskView(fields: Fields, spec: TaskSpec, isOver: boolean): TaskView {
  const outcome = outcomeOf(fields, spec.id);
  return {
    id: spec.id,
    worker: spec.worker,
    status: statusOf(fields, spec.id, outcome, isOver),
    attempts: Number(fields[`starts:${spec.id}`] ?? 0),
    startedAt: moment(fields[`startedAt:${spec.id}`]),
    finishedAt: moment(fields[`finishedAt:${spec.id}`]),
    output: outcome?.output ?? null,
    errors: outcome?.errors ?? [],
    usage: outcome?.usage ?? noUsage,
    reviews: outcome?.reviews ?? [],
    metadata: outcome?.metadata ?? {},
    subGoal: null,
  };
}

/** The fields of a goal that a summary shows: all but the long texts. */
const summaryFields = [
  'status',
  'goal',
  'labels',
  'createdAt',
  'startedAt',
  'finishedAt',
  'rev',
  'missing',
  'error',
  'simulated',
  'calls',
  'possiblyRepeatedCalls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'costNanoUsd',
  'unpricedCalls',
] as const;

/** As `addFeedback` writes it: objects after each other, with commas, their times in ms. */
function readFeedback(text: string): Feedback[] {
  const entries = JSON.parse(`[${text}]`) as (Omit<Feedback, 'at'> & { at: number })[];
  return entries.map(({ at, score, comment }) => ({ at: new Date(at).toISOString(), score, comment }));
}

function summaryOf(goalId: string, fields: Fields, links: GoalLinks): GoalSummary {
  const { missing, error, goal = '', labels = '{}' } = fields;
  return {
    id: goalId,
    status: goalStatusSchema.parse(fields['status']),
    goal,
    rev: Number(fields['rev'] ?? 0),
    parent: null,
    createdAt: moment(fields['createdAt']) ?? '',
    startedAt: moment(fields['startedAt']),
    finishedAt: moment(fields['finishedAt']),
    simulated: fields['simulated'] === '1',
    finishedEarly: null,
    planCache: null,
    replans: 0,
    missing: missing ? missingSchema.array().parse(JSON.parse(missing)) : [],
    usage: usageOf(fields),
    error: error ? goalErrorSchema.parse(JSON.parse(error)) : null,
    labels: JSON.parse(labels) as Record<string, string>,
    links: links(goalId, Number(fields['rev'] ?? 0)),
  };
}

function specsOf(head: PlanHead, tasks: Fields): TaskSpec[] {
  return head.taskIds.map((taskId) => specOf(tasks, taskId)).filter((spec) => spec !== null);
}

/** The plan that was recorded, or the one that waits for somebody's word, or had none. */
function plannedTasks(goal: Fields, tasks: Fields): { head: PlanHead; specs: TaskSpec[] } | null {
  const head = readPlanHead(goal['plan'], goal['taskIds']);
  if (head) return { head, specs: specsOf(head, tasks) };
  const proposed = goal['proposedPlan'];
  if (proposed === undefined) return null;
  const plan = JSON.parse(proposed) as Plan;
  const taskIds = plan.tasks.map(({ id }) => id);
  return { head: { mode: 'plan', analysis: plan.analysis, taskIds }, specs: taskSpecs(plan) };
}

function planView(head: PlanHead, specs: readonly TaskSpec[]): PlanView {
  return {
    mode: head.mode,
    analysis: head.analysis,
    tasks: specs.map(({ dependents: _dependents, ...task }) => task),
  };
}

/** Every task's spec and outcome, in the plan's order. */
export interface TaskResult {
  readonly task: TaskSpec;
  readonly outcome: Outcome | null;
}

export async function readTaskResults(ledger: Ledger, goalId: string, head: PlanHead): Promise<TaskResult[]> {
  const tasks = await ledger.redis.hgetall(ledger.goal(goalId).tasks);
  return specsOf(head, tasks).map((task) => ({ task, outcome: outcomeOf(tasks, task.id) }));
}

/** The goal as the outside sees it, or null when there is none or it is another tenant's. */
export async function readGoal(
  ledger: Ledger,
  goalId: string,
  tenant: string,
  links: GoalLinks,
): Promise<Goal | null> {
  const keys = ledger.goal(goalId);
  const [goal, tasks] = await Promise.all([
    ledger.redis.hgetall(keys.goal),
    ledger.redis.hgetall(keys.tasks),
  ]);
  if (!goal['status'] || goal['tenant'] !== tenant) return null;
  const summary = summaryOf(goalId, goal, links);
  const planned = plannedTasks(goal, tasks);
  return {
    ...summary,
    plan: planned && planView(planned.head, planned.specs),
    tasks: (planned?.specs ?? []).map((spec) => taskView(tasks, spec, isTerminal(summary.status))),
    output: goal['output'] ?? null,
    citations: [],
    reviews: [],
    results: [],
    prompts: {},
    feedback: goal['feedback'] === undefined ? [] : readFeedback(goal['feedback']),
  };
}

/** A goal as it is when it was created a moment ago. */
export function acceptedGoal(
  { goalId, request }: Pick<NewGoal, 'goalId' | 'request'>,
  createdAt: number,
  links: GoalLinks,
): Goal {
  const { goal, labels } = request;
  const fields = { status: 'accepted', goal, labels: JSON.stringify(labels), createdAt: String(createdAt) };
  const none = { citations: [], reviews: [], results: [], prompts: {}, feedback: [] };
  return { ...summaryOf(goalId, fields, links), plan: null, tasks: [], output: null, ...none };
}

/** How far a goal's events are, or null when there is no such goal or it is another tenant's. */
export async function readEventState(
  ledger: Ledger,
  goalId: string,
  tenant: string,
): Promise<{ ended: boolean; lastEventId: string } | null> {
  const [owner, status, last] = await ledger.redis.hmget(
    ledger.goal(goalId).goal,
    'tenant',
    'status',
    'lastEvent',
  );
  if (!status || owner !== tenant) return null;
  return { ended: isTerminal(goalStatusSchema.parse(status)), lastEventId: last ?? '0' };
}

/** Summaries of the goals that still exist, in the order asked for. */
export async function readSummaries(
  ledger: Ledger,
  goalIds: readonly string[],
  links: GoalLinks,
): Promise<GoalSummary[]> {
  const rows = await Promise.all(
    goalIds.map((id) => ledger.redis.hmget(ledger.goal(id).goal, ...summaryFields)),
  );
  return goalIds.flatMap((goalId, index) => {
    const values = rows[index] ?? [];
    const present = summaryFields.flatMap((name, at) => (values[at] == null ? [] : [[name, values[at]]]));
    const fields = Object.fromEntries(present) as Fields;
    return fields['status'] ? [summaryOf(goalId, fields, links)] : [];
  });
}
