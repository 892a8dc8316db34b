import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priorities } from '@baton/plan/plan';
import { acceptedSince, jobPriority, MOST_PRIORITY } from './job-priority.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const classes = priorities.flatMap((goal) => priorities.map((task) => [goal, task] as const));
const aClass = fc.constantFrom(...classes);
const aTime = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2045, 10, 30) });

describe('the priority of a job', () => {
  it('ranks jobs of one time by the goal first, then by the task', () => {
    const ranks = classes.map(([goal, task]) => jobPriority(goal, task, NOW));
    expect(ranks).toEqual(ranks.toSorted((left, right) => left - right));
    expect(new Set(ranks).size).toBe(classes.length);
  });

  it('lets no class wait behind jobs that came so much later, whatever their class', () => {
    const waits = [
      ['medium', 'high', 30],
      ['low', 'high', 90],
      ['low', 'low', 105],
    ] as const;
    for (const [goal, task, minutes] of waits) {
      const own = jobPriority(goal, task, NOW);
      expect(own).toBeLessThan(jobPriority('high', 'high', NOW + (minutes + 5) * MINUTE));
      expect(own).toBeGreaterThan(jobPriority('high', 'high', NOW + (minutes - 5) * MINUTE));
    }
  });

  it('never ranks a later goal of the same class before an earlier one', () => {
    fc.assert(
      fc.property(aClass, aTime, aTime, ([goal, task], one, other) => {
        const [earlier, later] = one < other ? [one, other] : [other, one];
        expect(jobPriority(goal, task, earlier)).toBeLessThanOrEqual(jobPriority(goal, task, later));
      }),
    );
  });

  it('is one that BullMQ takes, and not yet the last, until the end of November 2045', () => {
    fc.assert(
      fc.property(aClass, aTime, ([goal, task], at) => {
        const priority = jobPriority(goal, task, at);
        expect(priority).toBeGreaterThanOrEqual(1);
        expect(priority).toBeLessThan(MOST_PRIORITY);
      }),
    );
  });

  it('stays in bounds for clocks that are wrong', () => {
    for (const at of [0, -1, Date.UTC(2025, 11, 31), Date.UTC(2100, 0), Number.MAX_SAFE_INTEGER]) {
      const priority = jobPriority('low', 'low', at);
      expect(priority).toBeGreaterThanOrEqual(1);
      expect(priority).toBeLessThanOrEqual(MOST_PRIORITY);
    }
  });

  it('tells since when its goal can have been there', () => {
    fc.assert(
      fc.property(aClass, aTime, ([goal, task], at) => {
        expect(acceptedSince(jobPriority(goal, task, at))).toBeLessThanOrEqual(at);
      }),
    );
  });
});
