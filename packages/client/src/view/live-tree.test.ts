import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventAt, events, T0, tripEvents, tripGoal } from '../testing/sample-goal.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { openGoalView } from './open-goal-view.ts';

beforeEach(() => vi.useFakeTimers({ now: T0 }));
afterEach(() => vi.useRealTimers());

describe('the live tree', () => {
  it('redraws in place ten times a second at the most, however many events arrive', () => {
    const terminal = fakeTerminal();
    const view = openGoalView(tripGoal, terminal, Date.now);
    terminal.clear();
    for (const event of tripEvents.slice(0, 13)) view.show(event);
    expect(terminal.written()).toBe('');
    vi.advanceTimersByTime(99);
    expect(terminal.written()).toBe('');
    vi.advanceTimersByTime(1);
    expect(terminal.written().match(/Plan three days/g)).toHaveLength(1);
    expect(terminal.screen()).toHaveLength(8);
    vi.advanceTimersByTime(1_000);
    expect(terminal.screen()).toHaveLength(8);
    expect(terminal.written().match(/Plan three days/g)).toHaveLength(11);
    view.close();
  });

  it('ends with the goal as it was read, the cursor shown, and no timer left', () => {
    const terminal = fakeTerminal();
    const view = openGoalView(tripGoal, terminal, Date.now);
    for (const event of tripEvents) view.show(event);
    view.end(tripGoal);
    view.close();
    view.close();
    expect(terminal.screen().at(-1)).toContain('simulated');
    expect(terminal.screen()).toHaveLength(5);
    expect(terminal.cursorShown()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows what came last when it is closed early', () => {
    const terminal = fakeTerminal();
    const view = openGoalView(tripGoal, terminal, Date.now);
    view.show(eventAt(0.1, 'goal.planning'));
    view.close();
    expect(terminal.screen()[1]).toContain('planning');
  });

  it('keeps within the terminal, also after it was resized', () => {
    const terminal = fakeTerminal(80, 6);
    const view = openGoalView(tripGoal, terminal, Date.now);
    for (const event of tripEvents.slice(0, 13)) view.show(event);
    vi.advanceTimersByTime(100);
    expect(terminal.screen()).toHaveLength(5);
    terminal.clear();
    Object.assign(terminal, { columns: 40, rows: 20 });
    vi.advanceTimersByTime(100);
    expect(terminal.screen()).toHaveLength(8);
    for (const line of terminal.screen()) expect(line.length).toBeLessThanOrEqual(39);
    view.close();
  });

  it("counts spans by the server's clock when that is ahead", () => {
    const terminal = fakeTerminal();
    const view = openGoalView(tripGoal, terminal, () => T0 - 3_600_000);
    for (const event of events([0, 'goal.accepted'], [2.5, 'goal.planning'])) view.show(event);
    view.close();
    expect(terminal.screen()[1]).toBe('  planning · 2.5s');
  });
});
