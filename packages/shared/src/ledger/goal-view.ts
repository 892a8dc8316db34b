import type { z } from 'zod';
import type { Plan } from '@baton/plan/plan';
import type { Feedback } from '../contract/feedback.ts';
import {
  citationSchema,
  goalErrorSchema,
  missingSchema,
  planCacheSchema,
  type Goal,
  type GoalResult,
  type GoalSummary,
  type PlanView,
} from '../contract/goal.ts';
import { goalStatusSchema, isTerminal } from '../contract/goal-status.ts';
import { reviewSchema } from '../contract/review.ts';
import type { NewGoal } from './goal-acceptance.ts';
import { plannedTask, readPlanHead, type ParentTask, type PlanHead, type TaskSpec } from './goal-record.ts';
import { taskSpecs } from './plan-record.ts';
import { usageOf } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { moment, readFields, type Fields } from './record-fields.ts';
import { specsOf } from './task-results.ts';
import { taskViews } from './task-tree.ts';

/** Addresses of a goal, which only the HTTP side knows. */
export type GoalLinks = (goalId: string, rev: number, retries: number) => Goal['links'];

/** The fields of a goal that a summary shows: all but the long texts. */
const summaryFields = [
  'status',
  'goal',
  'labels',
  'createdAt',
  'startedAt',
  'finishedAt',
  'rev',
  'retries',
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
  'webSearches',
  'costNanoUsd',
  'savedNanoUsd',
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
    links: links(goalId, Number(fields['rev'] ?? 0), Number(fields['retries'] ?? 0)),
  };
}

/** The plan that was recorded, or the one that waits for somebody's word, or had none. */
function plannedTasks(goal: Fields, tasks: Fields): { head: PlanHead; specs: TaskSpec[] } | null {
  const head = readPlanHead(goal['plan'], goal['taskIds']);
  if (head) return { head, specs: specsOf(head.taskIds, tasks) };
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
    tasks: specs.map(plannedTask),
  };
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
  const names = ['tenant', 'status', 'lastEvent'] as const;
  const { tenant: owner, status, lastEvent } = await readFields(ledger, ledger.goal(goalId).goal, names);
  if (!status || owner !== tenant) return null;
  return { ended: isTerminal(goalStatusSchema.parse(status)), lastEventId: lastEvent ?? '0' };
}

/** Summaries of the goals that still exist, in the order asked for. */
export async function readSummaries(
  ledger: Ledger,
  goalIds: readonly string[],
  links: GoalLinks,
): Promise<GoalSummary[]> {
  const records = await Promise.all(
    goalIds.map((id) => readFields(ledger, ledger.goal(id).goal, summaryFields)),
  );
  return goalIds.flatMap((goalId, index) => {
    const fields: Fields = records[index] ?? {};
    return fields['status'] ? [summaryOf(goalId, fields, links)] : [];
  });
}
