import type { Ledger } from '@baton/shared/ledger/ledger';
import { unwantedGoals } from '@baton/shared/ledger/sub-goals';
import type { EndGoal } from '../flows/end-goal.ts';
import { unwantedEnd } from '../hierarchy/end-below.ts';
import type { Duty } from './watchdog.ts';

export interface UnwantedEnderDeps {
  readonly ledger: Ledger;
  readonly endGoal: EndGoal;
  readonly onError: (error: Error) => void;
}

/** Ends the sub-goals that were left open when what they were for had ended: the process that was to end them has died. */
export function unwantedEnder({ ledger, endGoal, onError }: UnwantedEnderDeps): Duty['run'] {
  return async (stopped) => {
    for await (const goalIds of unwantedGoals(ledger)) {
      for (const goalId of goalIds) {
        if (stopped.aborted) return;
        await endGoal(goalId, unwantedEnd('cancelled')).catch(onError);
      }
    }
  };
}
