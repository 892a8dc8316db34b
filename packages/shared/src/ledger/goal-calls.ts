import type { GoalCall, GoalCallPage } from '../contract/goal-calls.ts';
import type { JournalEntry } from '../model/journaled-llm.ts';
import { paidUsage } from '../model/paid-usage.ts';
import { ASSESSOR, PLANNER, REPLANNER, SYNTHESIS } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { moment } from './record-fields.ts';

const roles: ReadonlyMap<string, NonNullable<GoalCall['role']>> = new Map([
  [PLANNER, 'planner'],
  [REPLANNER, 'replanner'],
  [SYNTHESIS, 'synthesis'],
  [ASSESSOR, 'assessor'],
]);

/** As `callEntry` writes it: retries, place, step, attempt and hash; a step may hold slashes. */
const ENTRY = /^(\d+)\/([^/]+)\/(.+)\/(\d+)\/[^/]+$/;

/**
 * The answers that a goal has, the oldest first; null when the tenant has no such goal. Those that an earlier release kept are not
 * among them.
 * @param after number of the last call of the page before, or 0.
 */
export async function readGoalCalls(
  ledger: Ledger,
  goalId: string,
  tenant: string,
  after: number,
  limit: number,
): Promise<GoalCallPage | null> {
  const { redis } = ledger;
  const { goal, journal } = ledger.goal(goalId);
  const numbers = Array.from({ length: limit + 1 }, (_, index) => after + 1 + index);
  const [owner, entries] = await Promise.all([
    redis.hget(goal, 'tenant'),
    redis.hmget(journal, ...numbers.map((number) => `call:${number}`)),
  ]);
  if (owner !== tenant) return null;
  const kept = entries.filter((entry) => entry !== null);
  const page = kept.slice(0, limit).map((entry) => {
    const [at = '', ...name] = entry.split(' ');
    return { at, name: name.join(' ') };
  });
  const answers =
    page.length === 0 ? [] : await redis.hmget(journal, ...page.map(({ name }) => `response:${name}`));
  const items = page.flatMap(({ at, name }, index) => {
    const answer = answers[index];
    return answer == null ? [] : [callOf(after + 1 + index, at, name, JSON.parse(answer) as JournalEntry)];
  });
  return { items, nextCursor: kept.length > limit ? String(after + limit) : null };
}

function callOf(
  number: number,
  at: string,
  name: string,
  { response, costUsd, savedUsd }: JournalEntry,
): GoalCall {
  const [, retries = '0', place = '', step = '', attempt = '1'] = ENTRY.exec(name) ?? [];
  const role = roles.get(place) ?? null;
  const { model, stopReason, requestId, simulated, batched = false, borrowed = false } = response;
  return {
    number,
    at: moment(at) ?? '',
    taskId: role === null ? place : null,
    role,
    step,
    attempt: Number(attempt),
    retries: Number(retries),
    model,
    stopReason,
    requestId,
    simulated,
    batched,
    borrowed,
    usage: { ...paidUsage(response), costUsd, savedUsd: savedUsd ?? (costUsd === null ? null : 0) },
  };
}
