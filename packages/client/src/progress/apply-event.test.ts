import { describe, expect, it } from 'vitest';
import type { GoalEvent } from '../contract/event.ts';
import type { Usage } from '../contract/task-outcome.ts';
import { eventAt, events, moment, T0, tripEvents, tripGoal, usage } from '../testing/sample-goal.ts';
import { applyEvent } from './apply-event.ts';
import { beginProgress, progressOf, type GoalProgress } from './goal-progress.ts';
import { usageSoFar } from './usage-so-far.ts';

const begun = beginProgress({ id: 'goal_1', goal: 'Plan three days in Kyoto', createdAt: moment(0) });

function after(all: readonly GoalEvent[], count = all.length): GoalProgress {
  return all.slice(0, count).reduce(applyEvent, begun);
}

describe('applyEvent', () => {
  it('follows a goal to its end', () => {
    const ended = after(tripEvents);
    expect(ended).toMatchObject({
      status: 'partially_succeeded',
      createdAt: T0,
      finishedAt: T0 + 10_000,
      answerLength: 19,
      missing: [{ taskId: 'prices', reason: 'No price list was found.' }],
      error: null,
    });
    expect(ended.tasks.map(({ id, status, attempts }) => [id, status, attempts])).toEqual([
      ['sights', 'succeeded', 1],
      ['prices', 'failed', 1],
      ['budget', 'skipped', 0],
      ['route', 'succeeded', 1],
      ['guide', 'skipped', 0],
    ]);
    expect(ended.tasks[1]).toMatchObject({
      startedAt: T0 + 1_400,
      finishedAt: T0 + 6_000,
      errors: ['No price list was found.'],
      note: null,
    });
  });

  it('knows the goal as it stands at each event', () => {
    expect(tripEvents.map((_, index) => after(tripEvents, index + 1).status)).toEqual([
      'accepted',
      'planning',
      'planning',
      ...Array.from({ length: 14 }, () => 'running'),
      'synthesizing',
      'synthesizing',
      'synthesizing',
      'partially_succeeded',
    ]);
  });

  it('says why a task waits, until it is started again, and counts its time from the first start', () => {
    const retrying = after(tripEvents, 9).tasks[1];
    expect(retrying?.note).toBe('tries again in 1.5s: The model is overloaded');
    const again = eventAt(3, 'task.started', { taskId: 'prices', attempt: 2 });
    const started = applyEvent(after(tripEvents, 9), again).tasks[1];
    expect(started).toMatchObject({ note: null, attempts: 2, startedAt: T0 + 1_400 });
  });

  it('counts what is written for a task beside its own words, while it runs', () => {
    const running = after(tripEvents, 13);
    const note = running.tasks.find(({ id }) => id === 'route')?.note;
    const wrote = applyEvent(
      running,
      eventAt(6, 'task.progress', { taskId: 'route', message: 'm', outputCharacters: 1_200 }),
    );
    expect(wrote.tasks.find(({ id }) => id === 'route')).toMatchObject({ note, outputCharacters: 1_200 });
    const ended = applyEvent(wrote, eventAt(7, 'task.succeeded', { taskId: 'route' }));
    expect(ended.tasks.find(({ id }) => id === 'route')?.outputCharacters).toBeNull();
  });

  it('starts the answer over where its offsets do', () => {
    const over = eventAt(9.5, 'output.delta', { text: 'Nara', offset: 0 });
    expect(applyEvent(after(tripEvents, 20), over).answerLength).toBe(4);
  });

  it('keeps what is known of tasks that a new plan keeps', () => {
    const tasks = [
      { id: 'sights', worker: 'researcher', dependencies: [] },
      { id: 'hotels', worker: 'researcher', dependencies: [] },
    ];
    const replanned = eventAt(5, 'goal.replanned', { tasks });
    const statuses = applyEvent(after(tripEvents, 10), replanned).tasks.map(({ id, status }) => [id, status]);
    expect(statuses).toEqual([
      ['sights', 'succeeded'],
      ['hotels', 'pending'],
    ]);
  });

  it('has only those tasks run again that a changed plan names', () => {
    const tasks = ['left', 'far', 'near'].map((id) => ({ id, worker: 'researcher', dependencies: [] }));
    const changed = [
      eventAt(1, 'goal.planned', { tasks }),
      eventAt(2, 'task.failed', { taskId: 'left' }),
      eventAt(3, 'task.skipped', { taskId: 'far' }),
      eventAt(4, 'task.skipped', { taskId: 'near' }),
      eventAt(5, 'goal.replanned', { tasks, replace: ['left'], taskIds: ['left', 'near'] }),
    ];
    expect(after(changed).tasks.map(({ id, status }) => [id, status])).toEqual([
      ['left', 'pending'],
      ['far', 'skipped'],
      ['near', 'pending'],
    ]);
  });

  it('begins again, when a goal is retried, with the tasks that run again and no others', () => {
    const again = [
      eventAt(60, 'goal.retried', { taskIds: ['prices', 'budget', 'guide'] }),
      eventAt(60, 'goal.running'),
      eventAt(60, 'task.queued', { taskId: 'prices' }),
      eventAt(61, 'task.started', { taskId: 'prices', attempt: 2 }),
    ];
    const retried = after([...tripEvents, ...again.slice(0, 1)]);
    expect(retried).toMatchObject({ finishedAt: null, error: null, missing: [], answerLength: 0 });
    const going = after([...tripEvents, ...again]);
    expect(going.status).toBe('running');
    expect(going.tasks.map(({ id, status, errors }) => [id, status, errors])).toEqual([
      ['sights', 'succeeded', []],
      ['prices', 'running', []],
      ['budget', 'pending', []],
      ['route', 'succeeded', []],
      ['guide', 'pending', []],
    ]);
    expect(going.tasks[1]).toMatchObject({ startedAt: T0 + 61_000, finishedAt: null, usage: null });
  });

  it('bears events of a newer server and data that are not as expected', () => {
    const odd = {
      id: '5',
      event: 'goal.pondered',
      data: { goalId: 'goal_1', at: moment(3) },
    } as unknown as GoalEvent;
    expect(applyEvent(after(tripEvents, 4), odd)).toEqual(after(tripEvents, 4));
    const bad = events(
      [3, 'goal.planned', { tasks: [null, 7, { worker: 'x' }, { id: 'a', dependencies: ['b', 3] }] }],
      [4, 'task.failed', { taskId: 'a', usage: 'none', errors: 'all' }],
      [4, 'task.failed', { taskId: 'unknown' }],
      [5, 'goal.failed', { error: { message: 'It broke.' }, missing: [null, { taskId: 'a' }] }],
    );
    const progress = after(bad);
    expect(progress.tasks).toMatchObject([
      { id: 'a', worker: '', dependencies: ['b'], status: 'failed', usage: null, errors: [] },
    ]);
    expect(progress.error).toEqual({ type: '', message: 'It broke.' });
    expect(progress.missing).toEqual([{ taskId: 'a', reason: '' }]);
  });
});

describe('usageSoFar', () => {
  it('sums up the tasks that have ended, and knows no sum with an unknown price in it', () => {
    expect(usageSoFar(after(tripEvents, 14))).toMatchObject({
      calls: 3,
      inputTokens: 1_540,
      outputTokens: 860,
    });
    expect(usageSoFar(after(tripEvents, 14)).costUsd).toBeCloseTo(0.0133);
    const withUsage = (own: Usage) =>
      usageSoFar(
        applyEvent(after(tripEvents, 14), eventAt(7, 'task.succeeded', { taskId: 'route', usage: own })),
      );
    expect(withUsage({ ...usage(1, 10, 10, 0.1), savedUsd: 0.5 }).savedUsd).toBe(0.5);
    expect(withUsage({ ...usage(1, 10, 10, null), savedUsd: null })).toMatchObject({
      costUsd: null,
      savedUsd: null,
    });
  });

  it("is the goal's own once that is known", () => {
    expect(usageSoFar(progressOf(tripGoal))).toEqual(tripGoal.usage);
  });
});

describe('progressOf', () => {
  it('takes a goal as it was read', () => {
    expect(progressOf(tripGoal)).toMatchObject({
      status: 'partially_succeeded',
      simulated: true,
      finishedAt: T0 + 10_000,
      tasks: [
        { id: 'sights', dependencies: [], startedAt: T0 + 1_300, finishedAt: T0 + 4_500 },
        {
          id: 'route',
          dependencies: ['sights'],
          status: 'skipped',
          startedAt: null,
          errors: ['sights failed'],
        },
      ],
    });
  });
});
