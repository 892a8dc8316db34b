import type { Complexity } from './plan.ts';
import { modelTiers, type ModelTier } from './worker-type.ts';

/** Revisions that are made without a stronger model: the one after them has failed reviews enough. */
const REVISIONS_BEFORE_ESCALATION = 1;

/** The next stronger tier; the strongest stays. */
export function nextTier(tier: ModelTier): ModelTier {
  return modelTiers[modelTiers.indexOf(tier) + 1] ?? tier;
}

/**
 * The tier that a task's calls are made with, unless its worker's code names one.
 * @param revision 0 for the first result, then 1, 2, …: from the second on each is made one tier up.
 */
export function tierFor(own: ModelTier, complexity: Complexity, revision = 0): ModelTier {
  let tier: ModelTier = complexity === 'low' ? 'fast' : complexity === 'high' ? 'strong' : own;
  for (let step = REVISIONS_BEFORE_ESCALATION; step < revision; step += 1) tier = nextTier(tier);
  return tier;
}

/** The tier itself, or the limit where that is the weaker one. */
export function atMost(tier: ModelTier, limit: ModelTier | undefined): ModelTier {
  if (limit === undefined) return tier;
  return modelTiers.indexOf(tier) <= modelTiers.indexOf(limit) ? tier : limit;
}
