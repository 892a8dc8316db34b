import { durationMs } from '../contract/duration.ts';
import type { GoalRequest } from '../contract/goal-request.ts';
import { activeTrace } from '../telemetry/tracing.ts';
import { budgetFields } from './budget-fields.ts';
import { dayLimits } from './tenant-day.ts';
import type { Ledger } from './ledger.ts';

/** An Idempotency-Key makes one goal in this time, in ms. */
export const KEY_KEPT = 24 * 3_600_000;

/** What makes a request the same as an earlier one: hex digests of what its key is, and of its body. */
export interface Idempotency {
  readonly key: string;
  readonly body: string;
}

export interface NewGoal {
  readonly goalId: string;
  readonly tenant: string;
  readonly request: GoalRequest;
  /** ms from its acceptance until it expires, unless the request has a deadline of its own. */
  readonly deadlineMs: number;
  readonly idempotency?: Idempotency | null;
  /** Goals of the tenant that may be open at once; no limit unless given. */
  readonly mostOpen?: number;
  /** Instructions that its recipe has for tasks, by their worker type. */
  readonly taskPrompts?: Readonly<Record<string, string>>;
}

export type Creation =
  /** ms since the epoch. */
  | { readonly kind: 'created'; readonly createdAt: number }
  /** The key has made this goal before, of the same body. */
  | { readonly kind: 'replayed'; readonly goalId: string }
  /** The key has made a goal of another body. */
  | { readonly kind: 'mismatch' }
  /** The tenant has as many open goals as it may. */
  | { readonly kind: 'full' }
  /** The tenant has spent its budget of the day. */
  | { readonly kind: 'exhausted'; readonly nextDayInMs: number }
  | { readonly kind: 'taken' };

/** Texts apart from each other, so that nobody reads more of a goal than it needs. */
function requestFields({ request, taskPrompts = {} }: NewGoal): string[] {
  const { goal, context, recipe, plan, options, labels, webhook }: GoalRequest = request;
  const fields = ['goal', goal, 'options', JSON.stringify(options), 'labels', JSON.stringify(labels)];
  if (context !== undefined)
    fields.push('context', typeof context === 'string' ? context : JSON.stringify(context));
  if (recipe != null) fields.push('recipe', recipe);
  if (plan !== null) fields.push('givenPlan', JSON.stringify(plan));
  if (webhook) fields.push('webhook', JSON.stringify(webhook));
  const trace = activeTrace();
  if (trace !== null) fields.push('trace', trace);
  if (Object.keys(taskPrompts).length > 0) fields.push('taskPrompts', JSON.stringify(taskPrompts));
  return fields;
}

/** The key that holds what an Idempotency-Key has made; the goal's own stands in where there is none. */
function idempotencyKey(ledger: Ledger, { goalId, tenant, idempotency }: NewGoal): string {
  return idempotency
    ? ledger.keyspace.of(goalId).idempotency(tenant, idempotency.key)
    : ledger.goal(goalId).goal;
}

/** Writes the goal, its place in the index, its first event and its Idempotency-Key, unless that has made one. */
export async function createGoal(ledger: Ledger, newGoal: NewGoal): Promise<Creation> {
  const { goalId, tenant, request, deadlineMs, idempotency, mostOpen } = newGoal;
  const keys = ledger.goal(goalId);
  const { tenantGoals, openGoals, openCounts } = ledger.keyspace.of(goalId);
  const { deadline } = request.options;
  const ownDeadlineMs = deadline === undefined ? null : durationMs(deadline);
  const [kind, detail] = (await ledger.run(
    'createGoal',
    [keys.goal, keys.events, tenantGoals(tenant), openGoals, openCounts, idempotencyKey(ledger, newGoal)],
    [
      goalId,
      '{}',
      ownDeadlineMs ?? deadlineMs,
      tenant,
      mostOpen ?? 0,
      idempotency?.body ?? '',
      KEY_KEPT,
      ...dayLimits(ledger, tenant),
      ...requestFields(newGoal),
      ...budgetFields(request.options, keys.reserved),
    ],
  )) as [Creation['kind'], string | undefined];
  if (kind === 'created') return { kind, createdAt: Number(detail) };
  if (kind === 'exhausted') return { kind, nextDayInMs: Number(detail) };
  return kind === 'replayed' ? { kind, goalId: String(detail) } : { kind };
}

/**
 * Takes back a goal that could not be made as safe as was asked, so that a refused request leaves nothing. False for one
 * that a repeated request was promised meanwhile, or that has been taken up or ended: it stays.
 */
export async function forgetGoal(ledger: Ledger, newGoal: NewGoal): Promise<boolean> {
  const { goalId, tenant, idempotency } = newGoal;
  const { tenantGoals, openGoals, openCounts } = ledger.keyspace.of(goalId);
  const forgotten = await ledger.run(
    'forgetGoal',
    [
      tenantGoals(tenant),
      openGoals,
      openCounts,
      idempotencyKey(ledger, newGoal),
      ...Object.values(ledger.goal(goalId)),
    ],
    [goalId, tenant, idempotency ? 1 : 0],
  );
  return forgotten === 1;
}
