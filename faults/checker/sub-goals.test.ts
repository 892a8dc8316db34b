import { expect, test } from 'vitest';
import { add, changed, goal, nth, shown, type Draft } from './changed-evidence.ts';
import { check } from './check.ts';
import type { Expectations } from './violation.ts';

const calm: Expectations = { faultsPastLock: 0, concurrency: 8 };
const TEXT = 'A part of the second goal';

/** The second goal's task as a goal of its own, with one call. */
function withSubGoal(change: (draft: Draft) => void = () => undefined) {
  return changed((draft) => {
    const above = goal(draft, 1);
    const id = 'goal_sub';
    const sub = structuredClone(goal(draft, 0));
    const parent = { goalId: above.goalId, taskId: 'a' };
    Object.assign(sub, { goalId: id, text: TEXT, wantsWebhook: false, parent });
    Object.assign(sub.goal ?? {}, { id, goal: TEXT, parent, usage: { ...shown(draft, 1).usage, calls: 1 } });
    draft.goals.push(sub);
    nth(shown(draft, 1).tasks, 0).subGoal = { id, status: 'succeeded', tasks: [] };
    shown(draft, 1).usage.calls += 1;
    add(draft, { task: 'b', at: Date.parse(nth(sub.events, 8).data.at) + 5 }, TEXT);
    draft.ledger.keys.push('{p}:goal:goal_sub');
    change(draft);
  });
}

const found = (change?: (draft: Draft) => void): string[] =>
  check(withSubGoal(change), calm).map(({ invariant, message }) => `${invariant}: ${message}`);

test('a sound goal with a sub-goal has no violation', () => {
  expect(found()).toEqual([]);
});

test.for<[string, (draft: Draft) => void]>([
  [
    'repeated-call: It tells of 5 answers, where 4 were paid for.',
    (draft) => (shown(draft, 1).usage.calls = 5),
  ],
  [
    'sub-goal: It tells of 1 calls, and its sub-goal goal_sub of 2.',
    (draft) => {
      add(
        draft,
        { task: 'a', requestHash: 'other', at: Date.parse(nth(goal(draft, 2).events, 5).data.at) + 6 },
        TEXT,
      );
      shown(draft, 2).usage.calls = 2;
      shown(draft, 1).usage.calls = 1;
    },
  ],
  [
    'sub-goal: Task a is succeeded, and its sub-goal goal_sub is failed.',
    (draft) => {
      shown(draft, 2).status = 'failed';
      nth(goal(draft, 2).events, -1).event = 'goal.failed';
    },
  ],
  [
    'sub-goal: Task a has 2 sub-goals: goal_sub, goal_more.',
    (draft) =>
      draft.goals.push({
        ...structuredClone(goal(draft, 2)),
        goalId: 'goal_more',
        text: 'More',
        goal: null,
        events: [],
      }),
  ],
  [
    'terminal-state: It was retried 2 times, and the goal above it 1 times.',
    (draft) => {
      for (const at of [1, 2]) nth(goal(draft, 2).events, at).event = 'goal.retried';
    },
  ],
  ['terminal-state: It never ended: it was running', (draft) => (shown(draft, 2).status = 'running')],
])('found: %s', ([words, change]) => {
  expect(found(change).join('\n')).toContain(words);
});
