import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalShares, criticalTimes } from './critical-time.ts';
import { digest, ran } from './testing/sample-digests.ts';

const told = (of: Parameters<typeof criticalTimes>[0]): string[] =>
  criticalTimes(of)
    .filter(({ waitMs, runMs }) => waitMs + runMs > 0)
    .map(({ workerType, waitMs, runMs }) => `${workerType} ${waitMs}+${runMs}`);

describe('the critical path of a goal', () => {
  it('is planning, then who was waited for and ran, then the synthesis', () => {
    const tasks = [ran('a', 100, 150, 300), ran('b', 100, 110, 200), ran('c', 300, 320, 400, [0, 1])];
    expect(told(digest(tasks, 450))).toEqual([':planner 0+100', 'a 50+150', 'c 20+80', ':synthesis 0+50']);
  });

  it('counts what came between two tasks as planning', () => {
    expect(told(digest([ran('a', 10, 10, 20), ran('b', 60, 60, 70, [0])], 70))).toEqual([
      ':planner 0+10',
      'a 0+10',
      ':planner 0+40',
      'b 0+10',
    ]);
  });

  it('leaves out what an earlier run had done, and tasks whose place others have taken', () => {
    const tasks = [ran('a', 10, 10, 20), ran('b', 1_000, 1_005, 1_020, [0])];
    expect(told(digest(tasks, 1_030, { begunAt: 1_000 }))).toEqual(['b 5+15', ':synthesis 0+10']);
    expect(criticalTimes(digest([ran('a', 10, 10, 20, [], { kind: 'handed_on' })], 30))).toEqual([]);
    expect(criticalTimes(digest([], 30))).toEqual([]);
  });

  it('adds up to the time of its goal, whatever the times are', () => {
    const time = fc.integer({ min: 0, max: 500 });
    const task = fc.tuple(time, time, time, fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 8 }), (times) => {
        const tasks = times.map(([queued, wait, run, needs]) =>
          ran('a', queued, queued + wait, queued + wait + run, needs),
        );
        const finishedAt = 10 + Math.max(...tasks.map((each) => each.finishedAt ?? 0));
        const sum = criticalTimes(digest(tasks, finishedAt)).reduce(
          (all, { waitMs, runMs }) => all + waitMs + runMs,
          0,
        );
        expect(sum).toBe(finishedAt);
      }),
    );
  });
});

describe('over many goals', () => {
  it('names the type that was waited for longest, and counts goals by what took most of their time', () => {
    const goals = [
      digest([ran('a', 0, 400, 500)], 500),
      digest([ran('b', 0, 0, 900)], 1_000),
      digest([ran('a', 0, 10, 20)], 20, { status: 'cancelled' }),
      digest([], 5_000),
    ];
    expect(criticalShares(goals)).toEqual({
      workerType: 'a',
      goals: 2,
      seconds: 1.5,
      items: [
        { workerType: 'b', waitSeconds: 0, runSeconds: 0.9, waitShare: 0, runShare: 0.6, goals: 1 },
        { workerType: 'a', waitSeconds: 0.4, runSeconds: 0.1, waitShare: 0.2667, runShare: 0.0667, goals: 1 },
        {
          workerType: ':synthesis',
          waitSeconds: 0,
          runSeconds: 0.1,
          waitShare: 0,
          runShare: 0.0667,
          goals: 0,
        },
        { workerType: ':planner', waitSeconds: 0, runSeconds: 0, waitShare: 0, runShare: 0, goals: 0 },
      ],
    });
    expect(criticalShares([])).toEqual({ workerType: null, goals: 0, seconds: 0, items: [] });
  });
});
