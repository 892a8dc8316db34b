import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotsWanted, type Demand } from './slots-wanted.ts';

const idle: Demand = { waiting: 0, active: 0, slots: 0, isPaused: false, isHeldBack: false };

describe('the slots that a worker type wants', () => {
  it.each<[string, Partial<Demand>, number]>([
    ['nothing to do, no slots', {}, 0],
    ['nothing to do, some slots', { slots: 8 }, 0],
    ['work, no slots: up from zero', { waiting: 5 }, 5],
    ['more work than slots', { waiting: 12, active: 8, slots: 8 }, 20],
    ['less work than slots', { active: 3, slots: 8 }, 3],
    ['the last tasks of a fleet that is no more needed', { active: 1, slots: 80 }, 1],
    ['held back by limits', { waiting: 12, active: 8, slots: 8, isHeldBack: true }, 8],
    ['held back, and less work than slots', { waiting: 1, active: 2, slots: 8, isHeldBack: true }, 3],
    ['held back, with no slots: somebody has to ask', { waiting: 12, isHeldBack: true }, 1],
    ['held back, with no slots and nothing to do', { isHeldBack: true }, 0],
    ['jobs that a dead worker holds are to be done by somebody', { active: 4 }, 4],
    ['a paused queue', { waiting: 12, active: 3, slots: 8, isPaused: true }, 3],
    ['a paused queue without slots', { waiting: 12, isPaused: true }, 0],
  ])('%s', (_, demand, wanted) => {
    expect(slotsWanted({ ...idle, ...demand })).toBe(wanted);
  });

  it('is never more than there is work, and never nothing where any slot could take some', () => {
    const demand = fc.record({
      waiting: fc.nat(50),
      active: fc.nat(50),
      slots: fc.nat(50),
      isPaused: fc.boolean(),
      isHeldBack: fc.boolean(),
    });
    fc.assert(
      fc.property(demand, (given) => {
        const wanted = slotsWanted(given);
        expect(wanted).toBeLessThanOrEqual(given.active + given.waiting);
        if (given.waiting > 0 && !given.isPaused) expect(wanted).toBeGreaterThan(0);
      }),
    );
  });
});
