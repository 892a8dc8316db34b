import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSlotTimes } from './slot-time.ts';

function open(slots: Record<string, number>) {
  let at = 0;
  const times = openSlotTimes(slots, () => at);
  return { times, pass: (ms: number) => (at += ms) };
}

it('tells slots that were there and those that were busy, once', () => {
  const { times, pass } = open({ writer: 2, coder: 1 });
  pass(1_000);
  const end = times.begin('writer');
  pass(2_000);
  expect(times.take()).toEqual([
    { workerType: 'writer', slotMs: 6_000, busyMs: 2_000 },
    { workerType: 'coder', slotMs: 3_000, busyMs: 0 },
  ]);
  pass(500);
  end();
  end();
  pass(500);
  expect(times.take()).toMatchObject([{ slotMs: 2_000, busyMs: 500 }, { slotMs: 1_000 }]);
  expect(times.take()).toMatchObject([{ slotMs: 0, busyMs: 0 }, { slotMs: 0 }]);
});

it('tells what could not be written down with the next', () => {
  const { times, pass } = open({ writer: 1 });
  times.begin('writer');
  pass(1_000);
  times.giveBack(times.take());
  pass(1_000);
  expect(times.take()).toEqual([{ workerType: 'writer', slotMs: 2_000, busyMs: 2_000 }]);
  pass(10);
  expect(times.take()).toEqual([{ workerType: 'writer', slotMs: 10, busyMs: 10 }]);
});

it('tells nothing of the time for which it stood still', () => {
  const { times, pass } = open({ writer: 1 });
  times.begin('writer');
  pass(3_600_000);
  expect(times.take()).toEqual([{ workerType: 'writer', slotMs: 0, busyMs: 0 }]);
  pass(5);
  expect(times.take()).toEqual([{ workerType: 'writer', slotMs: 5, busyMs: 5 }]);
});

it('is never busy for longer than it was there, whenever it is asked', () => {
  const step = fc.record({
    ms: fc.integer({ min: 0, max: 9_000 }),
    what: fc.constantFrom('begin', 'end', 'take'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { times, pass } = open({ writer: 3 });
      const held: (() => void)[] = [];
      const told = { slotMs: 0, busyMs: 0 };
      let busyMs = 0;
      let all = 0;
      const take = (): void => {
        for (const time of times.take()) {
          expect(time.busyMs).toBeLessThanOrEqual(time.slotMs);
          told.slotMs += time.slotMs;
          told.busyMs += time.busyMs;
        }
      };
      for (const { ms, what } of steps) {
        pass(ms);
        all += ms;
        busyMs += held.length * ms;
        if (what === 'begin' && held.length < 3) held.push(times.begin('writer'));
        else if (what === 'end') held.pop()?.();
        else take();
        // Signs of life are never a minute apart.
        if (what !== 'take') take();
      }
      take();
      expect(told).toEqual({ slotMs: 3 * all, busyMs });
    }),
  );
});
