import { expect, it } from 'vitest';
import type { DigestTask } from './goal-digest.ts';
import { slotSavings } from './slot-savings.ts';
import { digest, ran } from './testing/sample-digests.ts';

const breathe = (): Promise<void> => Promise.resolve();
const save = (goals: Parameters<typeof slotSavings>[0]) => slotSavings(goals, [], breathe);

/** Four goals of a task of 10 s each, all there at once, as one slot did them. */
const queue = [0, 1, 2, 3].map((place) =>
  digest([ran('a', 0, place * 10_000, place * 10_000 + 10_000)], place * 10_000 + 11_000),
);

it('says what more slots would have saved: worked out by hand', async () => {
  expect(await save(queue)).toEqual({
    goals: 4,
    tasks: 4,
    // 11, 21, 31 and 41 s.
    recordedGoalSeconds: 26,
    goalSeconds: 26,
    unlimitedGoalSeconds: 11,
    workerTypes: [
      {
        workerType: 'a',
        slots: 1,
        more: [
          // Two rounds of two; one of three and one of one; one of all.
          { slots: 1, goalSeconds: 16, savedSeconds: 10, savedShare: 0.3846 },
          { slots: 2, goalSeconds: 13.5, savedSeconds: 12.5, savedShare: 0.4808 },
          { slots: 4, goalSeconds: 11, savedSeconds: 15, savedShare: 0.5769 },
          { slots: 8, goalSeconds: 11, savedSeconds: 15, savedShare: 0.5769 },
        ],
      },
    ],
  });
});

it('begins what was ready and due alike in the order in which it was begun', async () => {
  // One slot took b, which nothing waits for, before a, which w waits for.
  const tasks = [ran('a', 0, 3_000, 5_000), ran('a', 0, 0, 3_000), ran('w', 5_000, 5_000, 6_000, [0])];
  const saved = await save([digest(tasks, 6_000)]);
  expect(saved).toMatchObject({ recordedGoalSeconds: 6, goalSeconds: 6, unlimitedGoalSeconds: 3 });
  expect(saved?.workerTypes[0]?.more[0]).toMatchObject({ slots: 1, savedSeconds: 3 });
});

it('names no type that nothing waited for, and gives slots to one type alone', async () => {
  const goal = (begin: number, end: number): DigestTask[] => [
    ran('a', 0, 0, 1_000),
    ran('b', 1_000, begin, end, [0]),
  ];
  const both = [digest(goal(1_000, 6_000), 6_000), digest(goal(6_000, 11_000), 11_000)];
  const saved = await save(both);
  expect(saved).toMatchObject({ goalSeconds: 8.5, unlimitedGoalSeconds: 6 });
  expect(saved?.workerTypes.map(({ workerType, slots }) => [workerType, slots])).toEqual([['b', 1]]);
  expect(saved?.workerTypes[0]?.more[0]).toMatchObject({ slots: 1, savedSeconds: 2.5 });
});

it('counts the slots of goals that were broken off, and not their time', async () => {
  const cancelled = digest([ran('a', 0, 0, 10_000)], 10_000, { status: 'cancelled' });
  const after = digest([ran('a', 0, 10_000, 20_000)], 20_000);
  expect(await save([after, cancelled])).toMatchObject({ goals: 1, tasks: 2, goalSeconds: 20 });
  expect(await save([cancelled])).toBe(null);
  expect(await save([])).toBe(null);
});

it('lets a task that was put back hold no slot, and keeps the time of another plan', async () => {
  const put = ran('a', 0, 0, 10_000, [], { kind: 'put_back' });
  expect(await save([digest([put, ran('a', 0, 0, 5_000)], 10_000)])).toMatchObject({
    tasks: 1,
    goalSeconds: 10,
    workerTypes: [],
  });
  const replanned = digest([ran('a', 0, 0, 1_000), ran('a', 31_000, 31_000, 32_000, [0])], 32_000);
  expect(await save([replanned])).toMatchObject({
    recordedGoalSeconds: 32,
    goalSeconds: 32,
    unlimitedGoalSeconds: 32,
  });
});

it('leaves out what an earlier run of a goal has done', async () => {
  const tasks = [ran('a', 0, 0, 10_000), ran('a', 50_000, 50_000, 51_000, [0])];
  expect(await save([digest(tasks, 52_000, { begunAt: 50_000 })])).toMatchObject({
    tasks: 1,
    recordedGoalSeconds: 2,
    goalSeconds: 2,
  });
});

it('works with the slots of each hour', async () => {
  const hours = [{ workerType: 'a', at: 0, slotMs: 2 * 3_600_000, busyMs: 0, minutes: 60 }];
  const saved = await slotSavings(queue, hours, breathe);
  expect(saved).toMatchObject({ recordedGoalSeconds: 26, goalSeconds: 16 });
  expect(saved?.workerTypes[0]).toMatchObject({ slots: 2 });
});
