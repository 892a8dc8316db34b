import type { GoalRequest } from '@baton/shared/contract/goal-request';
import { readGoalRequest, type KnownNames } from './goal-request.ts';

/** As they are now; with `recent` perhaps without what was announced in the last second. */
export type ReadKnownNames = (age?: 'recent') => Promise<KnownNames>;

/**
 * Reads a request by names that were known a moment ago: they don't cease to be known. Only one that is refused is read again
 * by those that are known now, where there are others.
 */
export async function readKnownRequest(
  body: unknown,
  { knownNames }: { readonly knownNames: ReadKnownNames },
): Promise<GoalRequest> {
  const recent = await knownNames('recent');
  try {
    return readGoalRequest(body, recent);
  } catch (error) {
    const now = await knownNames();
    if (now.workers.every((type) => recent.workers.includes(type))) throw error;
    return readGoalRequest(body, now);
  }
}
