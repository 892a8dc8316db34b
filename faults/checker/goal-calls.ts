import { shortHash } from '@baton/emulator/calls/goal-hash';
import type { CallRecord, Evidence, GoalSeen } from '../evidence/evidence.ts';
import { grouped } from './grouped.ts';

export interface GoalCalls {
  readonly seen: GoalSeen;
  /** In the order of their arrival. */
  readonly calls: readonly CallRecord[];
}

/** Of goals with one text, a goal and what was made of it for each item of a list, the one that the call was made for. */
function ownerOf({ task }: CallRecord, goals: readonly GoalSeen[]): GoalSeen | undefined {
  const owner = goals.find(({ goal }) => task !== null && goal?.tasks.some(({ id }) => id === task));
  return owner ?? goals.find(({ parent }) => parent === null) ?? goals[0];
}

/** The calls of each goal, which the emulator knows by the goal's text; those of its sub-goals are not among them. */
export function callsByGoal({ goals, model }: Evidence): GoalCalls[] {
  const byHash = grouped(model.calls, ({ goalHash }) => goalHash);
  const byText = grouped(goals, ({ text }) => text.trim());
  return goals.map((seen) => {
    const text = seen.text.trim();
    const namesakes = byText.get(text) ?? [];
    const calls = byHash.get(shortHash(text)) ?? [];
    return { seen, calls: calls.filter((call) => ownerOf(call, namesakes) === seen) };
  });
}

/** The goal and all that were made for its tasks, and for theirs. */
export function treeOf(root: GoalSeen, goals: readonly GoalSeen[]): GoalSeen[] {
  const tree = [root];
  for (const above of tree) tree.push(...goals.filter(({ parent }) => parent?.goalId === above.goalId));
  return tree;
}

export function isPaid({ paidAt }: CallRecord): boolean {
  return paidAt !== null;
}

/** For messages. */
export function nameOf({
  role,
  task,
  requestHash,
}: Pick<CallRecord, 'role' | 'task' | 'requestHash'>): string {
  return `${task === null ? role : `task ${task}`} (request ${requestHash})`;
}
