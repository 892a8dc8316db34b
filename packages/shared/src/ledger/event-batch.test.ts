import { describe, expect, it } from 'vitest';
import { batchAfter, sizeOf, toBatches } from './event-batch.ts';
import type { StreamEntry } from './event-log.ts';

function entry(id: number, event = 'task.progress', text = ''): StreamEntry {
  return [`${id}-0`, ['event', event, 'at', '0', 'data', JSON.stringify({ text })]];
}

const ids = (batch: { events: readonly { id: string }[] } | null): number[] | null =>
  batch && batch.events.map(({ id }) => Number(id));

describe('batches of events', () => {
  it('hold consecutive events, and end after a terminal one', () => {
    const batches = toBatches('goal_1', [entry(1), entry(2, 'goal.failed'), entry(3, 'goal.retried')]);
    expect(batches.map(ids)).toEqual([[1, 2], [3]]);
    expect(batches).toMatchObject([
      { lastId: 2, isTerminal: true },
      { lastId: 3, isTerminal: false },
    ]);
    expect(toBatches('goal_1', [])).toEqual([]);
  });

  it('are full after some text, and hold one event at least', () => {
    const texts = ['x'.repeat(200_000), 'y', 'z'.repeat(40_000), 'z'.repeat(40_000), 'z'];
    const batches = toBatches(
      'goal_1',
      texts.map((text, index) => entry(index + 1, 'output.delta', text)),
    );
    expect(batches.map(ids)).toEqual([[1], [2, 3, 4], [5]]);
    expect(sizeOf(batches)).toBeGreaterThan(280_000);
  });

  it('are shared by those who want them whole, and cut for others', () => {
    const batches = toBatches('goal_1', [entry(4), entry(5, 'goal.failed'), entry(6)]);
    expect(batchAfter(batches, 3)).toBe(batches[0]);
    expect(batchAfter(batches, 0)).toBe(batches[0]);
    expect(batchAfter(batches, 4)).toMatchObject({ lastId: 5, isTerminal: true });
    expect(ids(batchAfter(batches, 4))).toEqual([5]);
    expect(batchAfter(batches, 5)).toBe(batches[1]);
    expect(batchAfter(batches, 6)).toBeNull();
  });
});
