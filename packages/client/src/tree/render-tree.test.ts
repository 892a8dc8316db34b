import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GoalEvent } from '../contract/event.ts';
import { applyEvent } from '../progress/apply-event.ts';
import { beginProgress, progressOf, type GoalProgress } from '../progress/goal-progress.ts';
import { events, moment, T0, tripEvents, tripGoal } from '../testing/sample-goal.ts';
import { renderTree } from './render-tree.ts';
import { textWidth } from './text-width.ts';

function after(
  all: readonly GoalEvent[],
  count = all.length,
  goal = 'Plan three days in Kyoto',
): GoalProgress {
  return all.slice(0, count).reduce(applyEvent, beginProgress({ id: 'goal_1', goal, createdAt: moment(0) }));
}

const screen = { width: 100, color: false };
const at = (seconds: number): number => T0 + seconds * 1_000;

/** The lines of a text whose margin ends with `|`. */
function block(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/^ *\|/, ''));
}

describe('renderTree', () => {
  it('shows a goal that is being planned', () => {
    expect(renderTree(after(tripEvents, 2), { ...screen, now: at(0.8) })).toEqual([
      '⠇ Plan three days in Kyoto',
      '  planning · 0.8s',
      '  goal_1',
    ]);
  });

  it('shows a running goal', () => {
    expect(renderTree(after(tripEvents, 13), { ...screen, now: at(5.5) })).toEqual(
      block(`|⠴ Plan three days in Kyoto
      |  running · 5.5s · 1 of 5 tasks ended
      |  ✓ sights     researcher  3.2s  1.2k/840 tok  $0.0123
      |  ⠴   route    analyzer    0.9s                         ordering 12 sights  ← sights
      |  ⠴ prices     researcher  4.1s                         tries again in 1.5s: The model is overloaded
      |  ·   budget   analyzer                                 ← prices
      |  ·     guide  writer                                   ← route, budget
      |  goal_1 · 1 model call · 1.2k tokens in, 840 out · $0.0123`),
    );
  });

  it('shows how a goal ended, and why', () => {
    expect(renderTree(after(tripEvents), { ...screen, now: at(60) })).toEqual(
      block(`|◐ Plan three days in Kyoto
      |  partially succeeded · 10.0s · 5 tasks
      |  ✓ sights     researcher  3.2s  1.2k/840 tok  $0.0123
      |  ✓   route    analyzer    3.4s  2.0k/500 tok  $0.0200  ← sights
      |  ✗ prices     researcher  4.6s    300/20 tok  $0.0010  No price list was found.
      |  ⊘   budget   analyzer                                 prices failed  ← prices
      |  ⊘     guide  writer                                   budget was skipped  ← route, budget
      |  goal_1 · 4 model calls · 3.5k tokens in, 1.4k out · $0.0333`),
    );
  });

  it('shows the answer being written, and at the end what only the goal knows', () => {
    expect(renderTree(after(tripEvents, 20), { ...screen, now: at(9.2) })[1]).toBe(
      '  writing the answer · 9.2s · 5 of 5 tasks ended · 19 characters',
    );
    expect(renderTree(progressOf(tripGoal), { ...screen, now: at(60) }).at(-1)).toBe(
      '  goal_1 · 6 model calls · 12k tokens in, 4.5k out · $0.31 · simulated',
    );
  });

  it('counts the attempts of a task that runs again', () => {
    const again = [
      ...tripEvents.slice(0, 8),
      ...events([3, 'task.started', { taskId: 'prices', attempt: 2 }]),
    ];
    expect(renderTree(after(again), { ...screen, now: at(3) }).join('\n')).toMatch(/prices .*attempt 2/);
  });

  it('keeps to the height, shows what matters most and counts the rest', () => {
    const lines = renderTree(after(tripEvents), { ...screen, now: at(60), height: 7 });
    expect(lines).toHaveLength(7);
    expect(lines.slice(2, -1).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      '✗ prices',
      '⊘',
      '⊘',
      '… 2 more: 2 succeeded',
    ]);
  });

  it('colours by status, and nothing when asked for none', () => {
    const painted = renderTree(after(tripEvents), { ...screen, now: at(60), color: true });
    expect(painted.find((line) => line.includes('prices'))).toContain('\u001b[31m✗\u001b[0m');
    expect(renderTree(after(tripEvents), { ...screen, now: at(60) }).join('')).not.toContain('\u001b');
  });

  it('shows how much is written for a task that runs', () => {
    const writing = [
      ...tripEvents.slice(0, 13),
      ...events([6, 'task.progress', { taskId: 'route', message: 'm', outputCharacters: 1_234 }]),
    ];
    const lines = renderTree(after(writing, writing.length), { ...screen, now: at(7) });
    expect(lines.find((line) => line.includes('route'))).toContain('1.2k characters');
  });

  it('is never wider or higher than the screen, whatever the texts', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('日本語'.repeat(20), '👩‍👩‍👧 a\nb'.repeat(9)),
    );
    fc.assert(
      fc.property(
        text,
        text,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 12 }),
        (goal, word, width, height) => {
          const odd = [
            ...tripEvents.slice(0, 13),
            ...events(
              [6, 'task.progress', { taskId: 'route', message: word }],
              [6, 'task.failed', { taskId: 'prices', errors: [word] }],
            ),
          ];
          const lines = renderTree(after(odd, odd.length, goal), { now: at(7), width, height, color: false });
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
