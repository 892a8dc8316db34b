import type { GoalError, Missing } from '../contract/goal.ts';
import type { Plan } from '@baton/plan/plan';
import type { Feedback } from '../contract/feedback.ts';
import type { z } from 'zod';
import type { Goal, GoalResult, GoalSummary, PlanView, SubGoal, TaskView } from '../contract/goal.ts';
import { citationSchema, goalErrorSchema, missingSchema, planCacheSchema } from '../contract/goal.ts';
import { goalStatusSchema, isTerminal, type TerminalGoalStatus } from '../contract/goal-status.ts';
import { reviewSchema } from '../contract/review.ts';
import {
  noUsage,
  outcomeSchema,
  type Outcome,
  type TaskStatus,
  type Usage,
} from '../contract/task-outcome.ts';
import type { NewGoal } from './goal-acceptance.ts';
import {
  readPlanHead,
  taskSpecs,
  type PlanHead,
  type TaskSpec,
  type GoalFacts,
  type ParentTask,
} from './goal-record.ts';
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

function taskView(fields: Fields, spec: TaskSpec, isOver: boolean, subGoal: SubGoal | null): TaskView {
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
    subGoal,
  };
}

/** Tasks with the sub-goals that they were handed on as, and theirs. One that is forgotten is not shown. */
async function taskViews(
  ledger: Ledger,
  fields: Fields,
  specs: readonly TaskSpec[],
  isOver: boolean,
): Promise<TaskView[]> {
  return Promise.all(
    specs.map(async (spec) => {
      const id = fields[`sub:${spec.id}`];
      return taskView(fields, spec, isOver, id === undefined ? null : await readSubGoal(ledger, id));
    }),
  );
}

async function readSubGoal(ledger: Ledger, id: string): Promise<SubGoal | null> {
  const keys = ledger.goal(id);
  const [[status, plan, taskIds], tasks] = await Promise.all([
    ledger.redis.hmget(keys.goal, 'status', 'plan', 'taskIds'),
    ledger.redis.hgetall(keys.tasks),
  ]);
  if (!status) return null;
  const goalStatus = goalStatusSchema.parse(status);
  const head = readPlanHead(plan, taskIds);
  const specs = head ? specsOf(head, tasks) : [];
  return { id, status: goalStatus, tasks: await taskViews(ledger, tasks, specs, isTerminal(goalStatus)) };
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
  'finishedEarly',
  'planCache',
  'replans',
  'simulated',
  'calls',
  'possiblyRepeatedCalls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'costNanoUsd',
  'unpricedCalls',
  'parent',
] as const;

/** As `addFeedback` writes it: objects after each other, with commas, their times in ms. */
function readFeedback(text: string): Feedback[] {
  const entries = JSON.parse(`[${text}]`) as (Omit<Feedback, 'at'> & { at: number })[];
  return entries.map(({ at, score, comment }) => ({ at: new Date(at).toISOString(), score, comment }));
}

/** As `endGoal` writes it: objects after each other, with commas, their times in ms. */
function readResults(text: string): GoalResult[] {
  const entries = JSON.parse(`[${text}]`) as (Omit<GoalResult, 'finishedAt'> & { finishedAt: number })[];
  return entries.map(({ rev, status, finishedAt }) => ({
    rev,
    status,
    finishedAt: new Date(finishedAt).toISOString(),
  }));
}

function listOf<Item>(schema: z.ZodType<Item>, json: string | undefined): Item[] {
  return json === undefined ? [] : schema.array().parse(JSON.parse(json));
}

function summaryOf(goalId: string, fields: Fields, links: GoalLinks): GoalSummary {
  const { missing, error, goal = '', labels = '{}' } = fields;
  return {
    id: goalId,
    status: goalStatusSchema.parse(fields['status']),
    goal,
    rev: Number(fields['rev'] ?? 0),
    parent: fields['parent'] ? (JSON.parse(fields['parent']) as ParentTask) : null,
    createdAt: moment(fields['createdAt']) ?? '',
    startedAt: moment(fields['startedAt']),
    finishedAt: moment(fields['finishedAt']),
    simulated: fields['simulated'] === '1',
    finishedEarly: fields['finishedEarly'] ?? null,
    planCache: fields['planCache'] ? planCacheSchema.parse(JSON.parse(fields['planCache'])) : null,
    replans: Number(fields['replans'] ?? 0),
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
    tasks: specs.map(({ dependents: _dependents, item: _item, ...task }) => task),
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
    tasks: await taskViews(ledger, tasks, planned?.specs ?? [], isTerminal(summary.status)),
    output: goal['output'] ?? null,
    citations: listOf(citationSchema, goal['citations']),
    reviews: listOf(reviewSchema, goal['reviews']),
    results: readResults(goal['results'] ?? ''),
    prompts: JSON.parse(goal['prompts'] ?? '{}') as Goal['prompts'],
    feedback: goal['feedback'] === undefined ? [] : readFeedback(goal['feedback']),
  };
}

/** The answer that an earlier run of the goal ended with, or null; the latest one's is the goal's own. */
export function readEarlierOutput(ledger: Ledger, goalId: string, rev: number): Promise<string | null> {
  return ledger.redis.hget(ledger.goal(goalId).goal, `output:${rev}`);
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

export async function readTaskSpec(ledger: Ledger, goalId: string, taskId: string): Promise<TaskSpec | null> {
  const json = await ledger.redis.hget(ledger.goal(goalId).tasks, `spec:${taskId}`);
  return json === null ? null : (JSON.parse(json) as TaskSpec);
}

export async function readTaskSpecs(ledger: Ledger, goalId: string, head: PlanHead): Promise<TaskSpec[]> {
  if (head.taskIds.length === 0) return [];
  const fields = head.taskIds.map((id) => `spec:${id}`);
  const specs = await ledger.redis.hmget(ledger.goal(goalId).tasks, ...fields);
  return specs.flatMap((json) => (json === null ? [] : [JSON.parse(json) as TaskSpec]));
}

/** What a goal that has ended leaves to the task that it was for. */
export interface EndedGoal extends Pick<GoalFacts, 'kind' | 'depth'> {
  readonly status: TerminalGoalStatus;
  readonly head: PlanHead | null;
  readonly output: string | null;
  readonly error: GoalError | null;
  readonly missing: readonly Missing[];
  readonly usage: Usage;
  readonly simulated: boolean;
}

/** Null when there is no such goal, or it goes on. */
export async function readGoalEnd(ledger: Ledger, goalId: string): Promise<EndedGoal | null> {
  const goal: Fields = await ledger.redis.hgetall(ledger.goal(goalId).goal);
  if (!goal['status']) return null;
  const status = goalStatusSchema.parse(goal['status']);
  if (!isTerminal(status)) return null;
  const { output = null, error, missing, kind, depth } = goal;
  return {
    status,
    head: readPlanHead(goal['plan'], goal['taskIds']),
    output,
    error: error ? goalErrorSchema.parse(JSON.parse(error)) : null,
    missing: missing ? missingSchema.array().parse(JSON.parse(missing)) : [],
    usage: usageOf(goal),
    simulated: goal['simulated'] === '1',
    kind: kind === 'each' ? 'each' : 'goal',
    depth: Number(depth ?? 1),
  };
}
