import { z } from 'zod';
import { planSchema } from '@baton/plan/plan';
import type { PlanCache } from '../contract/goal.ts';
import type { Ledger } from './ledger.ts';

const keptPlanSchema = z.object({
  /** The text of the goal that it was made for. */
  goal: z.string(),
  plan: planSchema.omit({ mode: true }),
  /** Calls that it took. */
  calls: z.int(),
});
export type KeptPlan = z.infer<typeof keptPlanSchema>;

/**
 * The plan that was made earlier from the same, or null; one that another release kept in another form is none.
 * @param digest hex of what the plan was made from.
 */
export async function readKeptPlan(ledger: Ledger, tenant: string, digest: string): Promise<KeptPlan | null> {
  const text = await ledger.redis.get(ledger.keyspace.plan(tenant, digest));
  if (text === null) return null;
  return keptPlanSchema.safeParse(JSON.parse(text)).data ?? null;
}

/** Keeps a plan for so many ms, in place of an earlier one. */
export async function keepPlan(
  ledger: Ledger,
  tenant: string,
  digest: string,
  kept: KeptPlan,
  retentionMs: number,
): Promise<void> {
  await ledger.redis.set(ledger.keyspace.plan(tenant, digest), JSON.stringify(kept), 'PX', retentionMs);
}

/** Notes where the plan that is about to be recorded comes from: null when it was made for this goal. */
export async function notePlanCache(ledger: Ledger, goalId: string, from: PlanCache | null): Promise<void> {
  const { goal } = ledger.goal(goalId);
  if (from === null) await ledger.redis.hdel(goal, 'planCache');
  // A goal that is gone meanwhile is not made again.
  else if (await ledger.redis.exists(goal)) await ledger.redis.hset(goal, 'planCache', JSON.stringify(from));
}
