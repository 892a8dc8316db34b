import type { GoalEvent } from '../contract/event.ts';
import type { Goal } from '../contract/goal.ts';
import type { TextOutput } from './text-output.ts';

/** A goal's progress, shown as it happens. */
interface GoalView {
  show(event: GoalEvent): void;
  /** Shows the goal as it was read after its end. */
  end(goal: Goal): void;
  /** Leaves what was shown and gives the terminal back as it was. May be called twice. */
  close(): void;
}

export type OpenGoalView = (
  goal: Pick<Goal, 'id' | 'goal' | 'createdAt'>,
  output: TextOutput,
  now: () => number,
) => GoalView;
