import { openEventLines } from './event-lines.ts';
import type { OpenGoalView } from './goal-view.ts';
import { openLiveTree } from './live-tree.ts';

/** A tree that redraws on a terminal, a line per event elsewhere. */
export const openGoalView: OpenGoalView = (goal, output, now) =>
  output.isTerminal ? openLiveTree(goal, output, now) : openEventLines(goal, output, now);
