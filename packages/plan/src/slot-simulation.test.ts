import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateSlots, type SimulatedTask, type SlotStep } from './slot-simulation.ts';
import { criticalPath } from './topology.ts';

function task(durationMs: number, dependencies: number[] = [], fields: Partial<SimulatedTask> = {}) {
  return { readyAt: 0, durationMs, workerType: 'w', dependencies, due: 0, ...fields } satisfies SimulatedTask;
}

function steps(slots: number): SlotStep[] {
  return [{ from: 0, slots }];
}

function run(tasks: readonly SimulatedTask[], slots: number | null) {
  const { startedAt, endedAt } = simulateSlots(tasks, () => (slots === null ? null : steps(slots)));
  return { started: [...startedAt], ended: [...endedAt], end: Math.max(0, ...endedAt) };
}

/** Each task may depend on earlier ones. */
function graphs(types: readonly string[], size = 14): fc.Arbitrary<SimulatedTask[]> {
  return fc.integer({ min: 1, max: size }).chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, place) =>
        fc.record({
          readyAt: fc.integer({ min: 0, max: 30 }),
          durationMs: fc.integer({ min: 0, max: 20 }),
          workerType: fc.constantFrom(...types),
          dependencies: fc.subarray(
            Array.from({ length: place }, (__, earlier) => earlier),
            {
              maxLength: Math.min(3, place),
            },
          ),
          due: fc.integer({ min: 0, max: 2 }),
        }),
      ),
    ),
  );
}

describe('cases worked out by hand', () => {
  it('two slots take four tasks in two rounds', () => {
    expect(run([task(10), task(10), task(10), task(10)], 2)).toEqual({
      started: [0, 0, 10, 10],
      ended: [10, 10, 20, 20],
      end: 20,
    });
  });

  it('a diamond on one slot is done one after the other, and on two as long as its longer side', () => {
    const diamond = [task(2), task(5, [0]), task(3, [0]), task(1, [1, 2])];
    expect(run(diamond, 1)).toMatchObject({ started: [0, 2, 7, 10], end: 11 });
    expect(run(diamond, 2)).toMatchObject({ started: [0, 2, 2, 7], end: 8 });
  });

  it('what is due first goes first, then what was ready first', () => {
    const tasks = [
      task(10),
      task(1, [], { readyAt: 3 }),
      task(1, [], { readyAt: 2 }),
      task(1, [], { due: -1, readyAt: 4 }),
    ];
    expect(run(tasks, 1).started).toEqual([0, 12, 11, 10]);
  });

  it('types have slots of their own, and what needs none waits for none', () => {
    const tasks = [task(10), task(10, [], { workerType: 'x' }), task(10), task(4, [], { workerType: null })];
    const { startedAt } = simulateSlots(tasks, (type) => steps(type === 'w' ? 1 : 5));
    expect([...startedAt]).toEqual([0, 0, 10, 0]);
  });

  it('slots come and go with time; a busy one goes when its task has ended', () => {
    const tasks = [task(10), task(10), task(10), task(10), task(10)];
    const { startedAt } = simulateSlots(tasks, () => [
      { from: 0, slots: 2 },
      { from: 5, slots: 1 },
      { from: 25, slots: 3 },
    ]);
    expect([...startedAt]).toEqual([0, 0, 10, 20, 25]);
  });

  it("Graham's own example: with a fourth slot the nine tasks take 15 in place of 12", () => {
    const nine = [3, 2, 2, 2, 4, 4, 4, 4].map((length, place) => task(length, place >= 4 ? [3] : []));
    const tasks = [...nine, task(9, [0])];
    expect(run(tasks, 3).end).toBe(12);
    expect(run(tasks, 4).end).toBe(15);
  });

  it('refuses what can never start', () => {
    expect(() => run([task(1, [1]), task(1, [0])], 1)).toThrow(RangeError);
    expect(() => run([task(1)], 0)).toThrow(RangeError);
    expect(() => run([task(1, [7])], 1)).toThrow(RangeError);
  });
});

describe('whatever the tasks are', () => {
  it('without a limit all ends as its critical path says', () => {
    fc.assert(
      fc.property(graphs(['w', 'x']), (tasks) => {
        const nodes = tasks.map(({ dependencies, ...rest }, place) => ({
          id: String(place),
          dependencies: dependencies.map(String),
          ...rest,
          readyAt: 0,
        }));
        const atOnce = tasks.map((each) => ({ ...each, readyAt: 0 }));
        expect(run(atOnce, null).end).toBe(criticalPath(nodes, ({ durationMs }) => durationMs).total);
        expect(run(tasks, tasks.length)).toEqual(run(tasks, null));
      }),
    );
  });

  it('nothing starts before it may, no type has more under way than it has slots, and none stands idle', () => {
    fc.assert(
      fc.property(graphs(['w', 'x']), fc.integer({ min: 1, max: 4 }), (tasks, slots) => {
        const { started, ended } = run(tasks, slots);
        const free = run(tasks, null);
        for (const [place, { durationMs, dependencies, readyAt, workerType }] of tasks.entries()) {
          const at = started[place] ?? Number.NaN;
          const ready = Math.max(readyAt, ...dependencies.map((each) => ended[each] ?? Number.NaN));
          expect(at).toBeGreaterThanOrEqual(ready);
          expect(ended[place]).toBe(at + durationMs);
          expect(ended[place]).toBeGreaterThanOrEqual(free.ended[place] ?? Number.NaN);
          const others = [...tasks.keys()].filter((other) => tasks[other]?.workerType === workerType);
          const busyAt = (time: number): number =>
            others.filter((other) => (started[other] ?? 0) <= time && (ended[other] ?? 0) > time).length;
          expect(busyAt(at)).toBeLessThanOrEqual(slots);
          if (at > ready) expect(busyAt(at - 1)).toBe(slots);
        }
      }),
    );
  });

  it('more slots of one type never make it later than the bound of Graham', () => {
    fc.assert(
      fc.property(
        graphs(['w'], 24),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (given, fewer, more) => {
          const tasks = given.map((each) => ({ ...each, readyAt: 0 }));
          const bound = 1 + (fewer - 1) / (fewer + more);
          expect(run(tasks, fewer + more).end).toBeLessThanOrEqual(bound * run(tasks, fewer).end + 1e-9);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('more slots never make tasks later that depend on nothing, taken as they come', () => {
    fc.assert(
      fc.property(graphs(['w'], 24), fc.integer({ min: 1, max: 4 }), (given, slots) => {
        const tasks = given.map((each) => ({ ...each, dependencies: [], due: 0 }));
        const [few, many] = [run(tasks, slots), run(tasks, slots + 1)];
        for (const [place, at] of many.started.entries())
          expect(at).toBeLessThanOrEqual(few.started[place] ?? 0);
      }),
    );
  });
});
