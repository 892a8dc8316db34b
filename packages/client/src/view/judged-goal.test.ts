import { describe, expect, it } from 'vitest';
import { applyEvent } from '../progress/apply-event.ts';
import { beginProgress, progressOf } from '../progress/goal-progress.ts';
import { fakePipe } from '../testing/fake-terminal.ts';
import { judgedEvents, judgedGoal } from '../testing/judged-goal.ts';
import { eventAt, T0, tripGoal } from '../testing/sample-goal.ts';
import { renderTree } from '../tree/render-tree.ts';
import { openGoalView } from './open-goal-view.ts';

const begun = beginProgress(tripGoal);
const screen = { now: T0 + 6_000, width: 120, color: false };

describe('a goal that is judged, changed and handed on', () => {
  it('is a tree with the tasks of the goal within below the task that it belongs to', () => {
    const lines = renderTree(judgedEvents.reduce(applyEvent, begun), screen);
    expect(lines.slice(1)).toEqual([
      '  running · 6.0s · 1 of 3 tasks ended · plan changed 1 time · finished early  judged ✓ 0.80',
      '  ✓ list          researcher  1.0s  100/50 tok  $0.0100  judged ✗ 0.63 ✓ 0.90',
      '  ⠋   each        writer      4.0s  100/50 tok  $0.0010  running  ← list',
      '  ✓     › item-1  writer      1.0s  100/50 tok  $0.0010',
      '  ·     › item-2  writer',
      '  · more          writer',
      '  goal_1 · 5 model calls · 200 tokens in, 100 out · $0.0110',
    ]);
  });

  it('keeps what its tasks wait for when it is read after its end', () => {
    const before = judgedEvents.reduce(applyEvent, begun);
    const [, each] = progressOf(judgedGoal, before).tasks;
    expect(each).toMatchObject({
      dependencies: ['list'],
      subGoal: { id: 'goal_2', tasks: [{ id: 'item-1' }] },
    });
  });

  it('is a line per event, with the path to what happened within', () => {
    const pipe = fakePipe();
    const view = openGoalView(tripGoal, pipe, () => 0);
    for (const event of judgedEvents) view.show(event);
    view.show({ ...eventAt(7, 'goal.running'), data: { goalId: 'goal_9', at: new Date(T0).toISOString() } });
    expect(pipe.written().split('\n').slice(4)).toEqual([
      '   2.0s  task reviewed     list (researcher)  round 1: fail 0.63 · Name a source.',
      '   2.0s  task reviewed     list (researcher)  round 2: pass 0.90',
      '   2.0s  task succeeded    list (researcher)  1.0s · 100/50 tok · $0.0100',
      '   2.0s  task started      each (writer)',
      '   2.0s  task progress     each (writer)  2 items',
      '   2.0s  goal accepted     each › goal_2',
      '   2.0s  goal planned      each › 2 tasks: item-1, item-2',
      '   2.0s  goal running      each',
      '   2.0s  task started      each › item-1 (writer)',
      '   3.0s  task succeeded    each › item-1 (writer)  1.0s · 100/50 tok · $0.0010',
      '   4.0s  goal replanned    3 tasks: list, each, more · added more',
      '   5.0s  goal judged       what there is suffices: The list suffices.',
      '   6.0s  goal judged       answer  round 1: pass 0.80',
      '',
    ]);
  });
});
