import type { AssessorPrompt } from '../answer/prompt.ts';
import { countWord } from '../goal/counts.ts';
import { hasMark } from '../goal/marks.ts';
import { listed } from '../goal/wording.ts';

export interface AssessorReply {
  readonly suffices: boolean;
  readonly reason: string;
}

const WANTS_ALL = /\b(?:complete|exhaustive|in full|every detail|thorough(?:ly)?)\b/i;

/** Whether what has ended answers the goal: it does when each of it brought a result and the goal does not want all. */
export function assess({ goal, outcomes, openTasks }: AssessorPrompt): AssessorReply {
  const lacking = outcomes.filter(({ status, output }) => status !== 'succeeded' || output === '');
  const open = listed(openTasks.map(({ task }) => `[${task}]`));
  if (hasMark(goal, '[nothing can be left out]') || WANTS_ALL.test(goal)) {
    return {
      suffices: false,
      reason: `The goal asks for all of it, so ${open || 'the rest'} can't be left out.`,
    };
  }
  if (outcomes.length === 0) return { suffices: false, reason: 'Nothing has ended yet.' };
  if (lacking.length > 0) {
    const names = listed(lacking.map(({ task }) => `[${task}]`));
    return { suffices: false, reason: `${names} brought less than was asked for.` };
  }
  const have = listed(outcomes.map(({ task }) => `[${task}]`));
  return {
    suffices: true,
    reason: `${have} answer the goal; the ${countWord(openTasks.length)} open ${openTasks.length === 1 ? 'task' : 'tasks'} would add detail alone.`,
  };
}
