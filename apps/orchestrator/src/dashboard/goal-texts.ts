import type { Ledger } from '@baton/shared/ledger/ledger';
import type { ReadGoalTexts } from './queue-adapter.ts';

/** Characters read of each: more than are shown. */
const MOST = 400;

export function goalTextReader({ redis, goal }: Ledger): ReadGoalTexts {
  return async (goalIds) => {
    const texts = await Promise.all(goalIds.map((id) => redis.hget(goal(id).goal, 'goal')));
    return new Map(goalIds.flatMap((id, at) => (texts[at] ? [[id, texts[at].slice(0, MOST)] as const] : [])));
  };
}
