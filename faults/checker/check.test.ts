import { describe, expect, test } from 'vitest';
import type { Evidence, GoalEvent } from '../evidence/evidence.ts';
import { breaches } from './breaches.ts';
import { add, changed, goal, nth, rewrite, shown, without } from './changed-evidence.ts';
import { check } from './check.ts';
import { repeatRate } from './repeats.ts';
import { soundEvidence, timeOfEvent } from './sound-evidence.ts';
import type { Expectations } from './violation.ts';

const calm: Expectations = { faultsPastLock: 0, concurrency: 8 };
const one: Expectations = { ...calm, faultsPastLock: 1 };

test('a sound run has no violation', () => {
  expect(check(soundEvidence(), calm)).toEqual([]);
  expect(repeatRate(soundEvidence())).toEqual({ paid: 7, repeated: 0, rate: 0 });
});

describe('a goal whose plan was changed', () => {
  const planned = (dependencies: readonly string[]) => ({
    tasks: [
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies },
    ],
  });
  /** Task a fails, b is skipped for it, and both run again by another plan, which says so, or does not. */
  const replanned = (taskIds: readonly string[], dependencies: readonly string[] = ['a']): Evidence =>
    changed((draft) => {
      const steps: readonly [GoalEvent['event'], object][] = [
        ['goal.accepted', {}],
        ['goal.planned', planned(['a'])],
        ['task.started', { taskId: 'a' }],
        ['task.failed', { taskId: 'a' }],
        ['task.skipped', { taskId: 'b' }],
        ['goal.replanned', { ...planned(dependencies), taskIds }],
        ['task.started', { taskId: 'a' }],
        ['task.succeeded', { taskId: 'a' }],
        ['task.started', { taskId: 'b' }],
        ['task.succeeded', { taskId: 'b' }],
        ['goal.synthesizing', {}],
        ['goal.succeeded', {}],
      ];
      const { goalId, text } = goal(draft);
      rewrite(
        draft,
        steps.map(([event, data], place) => {
          const at = new Date(timeOfEvent(place + 1)).toISOString();
          return { event, data: { goalId, at, ...data } };
        }),
      );
      const hash = nth(draft.model.calls, 0).goalHash;
      draft.model.calls = draft.model.calls.filter(({ goalHash }) => goalHash !== hash);
      add(draft, { task: 'a', at: timeOfEvent(3) + 5, status: 400, paidAt: null }, text);
      add(draft, { task: 'a', at: timeOfEvent(7) + 5, requestHash: 'another' }, text);
      add(draft, { task: 'b', at: timeOfEvent(9) + 5 }, text);
      shown(draft).usage.calls = 2;
    });

  test('may have tasks end twice, in either plan once', () => {
    expect(check(replanned(['a', 'b']), calm)).toEqual([]);
  });

  test('has none end twice that the change does not name', () => {
    const found = check(replanned(['a']), calm);
    expect(new Set(found.map(({ invariant }) => invariant))).toEqual(new Set(['task-outcome', 'late-call']));
    for (const { message } of found) expect(message).toMatch(/^(Task b|A call for task b)/);
  });

  test('is held to the dependencies of the plan that holds', () => {
    const [found] = check(replanned(['a', 'b'], ['a', 'c']), calm);
    expect(found?.message).toContain('Task b started (event 9) before c had ended');
  });
});

describe('each breach is found, and nothing else', () => {
  test.for(breaches)('%s: %s', ([invariant, words, change]) => {
    const found = check(changed(change), { ...calm, minSuccess: invariant === 'success-rate' ? 0.8 : 0.5 });
    expect([...new Set(found.map((violation) => violation.invariant))]).toEqual([invariant]);
    expect(found.map(({ message }) => message).join('\n')).toContain(words);
  });
});

describe('what is excused', () => {
  test('as many repeats and late calls as the faults past the lock explain', () => {
    const evidence = changed((draft) => {
      for (const at of [6, 7, 8]) add(draft, { task: 'a', at: timeOfEvent(6) + at });
      add(draft, { task: 'b', at: timeOfEvent(11) + 1 });
      shown(draft).usage.possiblyRepeatedCalls = 4;
    });
    expect(repeatRate(evidence)).toEqual({ paid: 11, repeated: 4, rate: 4 / 11 });
    expect(check(evidence, { ...one, concurrency: 4 })).toEqual([]);
    expect(check(evidence, { ...one, concurrency: 3 }).map(({ invariant }) => invariant)).toEqual([
      'repeated-call',
    ]);
    expect(check(evidence, { ...calm, lostAnswers: 4 }).map(({ invariant }) => invariant)).toEqual([
      'late-call',
    ]);
  });

  test('answers that a fault of the model lost, when the goal tells of them', () => {
    const evidence = changed((draft) => {
      add(draft, { task: 'a', at: timeOfEvent(6) + 2, fault: 'cut' });
      shown(draft).usage.possiblyRepeatedCalls = 1;
    });
    expect(check(evidence, calm)).toEqual([]);
  });

  test('the same repair, asked for by the same bad answer; but not the first question', () => {
    const repaired = (turns: number): Evidence =>
      changed((draft) => {
        const asked = { role: 'planner', requestHash: 'abc', turns } as const;
        add(draft, { ...asked, at: timeOfEvent(2) + 6, fault: 'bad-plan' });
        add(draft, { ...asked, at: timeOfEvent(2) + 7 });
        shown(draft).usage.calls = 6;
        shown(draft).usage.possiblyRepeatedCalls = 1;
      });
    expect(check(repaired(3), calm)).toEqual([]);
    expect(check(repaired(1), calm).map(({ invariant }) => invariant)).toEqual(['repeated-call']);
  });

  test('a call that was on its way when its goal was cancelled', () => {
    const cancelled = (after: number): Evidence =>
      changed((draft) => {
        const seen = goal(draft);
        nth(seen.events, 9).event = 'task.cancelled';
        nth(seen.events, -1).event = 'goal.cancelled';
        shown(draft).status = 'cancelled';
        nth(shown(draft).tasks, 1).status = 'cancelled';
        seen.wantsWebhook = false;
        draft.deliveries = [];
        draft.client.sightings = [];
        rewrite(draft, without(seen.events, 11));
        draft.model.calls = draft.model.calls.filter(({ role }) => role !== 'synthesiser');
        add(draft, { task: 'b', at: timeOfEvent(12) + after, paidAt: null });
        for (const index of [0, 1]) shown(draft, index).usage.calls -= 1;
        draft.client.actions = draft.client.actions.filter(({ what }) => what !== 'cancel');
      });
    expect(check(cancelled(1_000), calm)).toEqual([]);
    expect(check(cancelled(6_000), calm).map(({ invariant }) => invariant)).toEqual(['late-call']);
  });

  test('what is left out', () => {
    const evidence = changed((draft) => {
      draft.deliveries = [];
    });
    expect(check(evidence, { ...calm, except: ['webhook'] })).toEqual([]);
  });
});
