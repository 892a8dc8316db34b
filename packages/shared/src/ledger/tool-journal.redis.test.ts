import { describe, expect, it } from 'vitest';
import { endGoal } from './goal-end.ts';
import { leaseOf, openTestLedger, RETENTION, runningGoal } from './testing/test-ledger.ts';
import { openToolJournal, type ToolCallKey, type ToolResult } from './tool-journal.ts';

const key: ToolCallKey = {
  step: 'call-1.turn-1.1',
  id: '0.toolu_1',
  tool: 'book',
  input: { place: 'Faro', days: 2 },
};
const booked: ToolResult = { text: 'Booked.', isError: false };
const unknown: ToolResult = { text: 'Nobody knows.', isError: true };

async function open() {
  const { ledger, redis } = openTestLedger();
  const goalId = await runningGoal(ledger);
  const journalOf = async (retries = 0) => {
    const lease = await leaseOf(ledger, { goalId, rev: 1, taskId: 'tea' });
    return openToolJournal(ledger, { goalId, lease, retries });
  };
  return { ledger, redis, goalId, journalOf };
}

describe('the journal of tools', () => {
  it('knows a call that was begun, and its result', async () => {
    const { journalOf } = await open();
    const journal = await journalOf();
    expect(await journal.begin(key)).toEqual({ kind: 'begun', repeated: false });
    expect(await journal.record(key, booked)).toEqual(booked);
    expect(await journal.begin({ ...key, input: { days: 2, place: 'Faro' } })).toEqual({
      kind: 'recorded',
      result: booked,
    });
  });

  it('takes a request that was sent twice for one, and the same call of a later run for a repetition', async () => {
    const { journalOf } = await open();
    const first = await journalOf();
    await first.begin(key);
    expect(await first.begin(key)).toEqual({ kind: 'begun', repeated: false });
    const second = await journalOf();
    expect(await second.begin(key)).toEqual({ kind: 'begun', repeated: true });
    expect(await first.begin(key)).toEqual({ kind: 'ended' });
  });

  it('keeps the first result, whoever records it, and gives it to who comes late', async () => {
    const { journalOf } = await open();
    const first = await journalOf();
    await first.begin(key);
    const second = await journalOf();
    await second.begin(key);
    expect(await second.record(key, unknown)).toEqual(unknown);
    expect(await first.record(key, booked)).toEqual(unknown);
    expect(await second.begin(key)).toEqual({ kind: 'recorded', result: unknown });
  });

  it.each<[string, Partial<ToolCallKey>]>([
    ['step', { step: 'call-1.turn-2.1' }],
    ['place in its turn', { id: '1.toolu_1' }],
    ['tool', { tool: 'cancel' }],
    ['input', { input: { place: 'Lagos', days: 2 } }],
  ])('tells calls apart by their %s', async (_what, part) => {
    const { journalOf } = await open();
    const journal = await journalOf();
    const other = { ...key, ...part };
    await journal.record(key, booked);
    expect(await journal.begin(other)).toEqual({ kind: 'begun', repeated: false });
    expect(journal.idempotencyKey(other)).not.toBe(journal.idempotencyKey(key));
  });

  it('offers what the step first offered, in any later run, until a retry', async () => {
    const { journalOf, redis, ledger, goalId } = await open();
    const tools = (description: string) => [{ name: 'book', description, inputSchema: { type: 'object' } }];
    const first = await journalOf();
    expect(await first.offer('call-1', tools('Monday'))).toEqual(tools('Monday'));
    const second = await journalOf();
    expect(await second.offer('call-1', tools('Tuesday'))).toEqual(tools('Monday'));
    expect(await second.offer('call-2', tools('Tuesday'))).toEqual(tools('Tuesday'));
    expect(await second.offer('call-3', tools('Tuesday'))).toEqual(tools('Tuesday'));
    const fields = await redis.hkeys(ledger.goal(goalId).journal);
    expect(fields.filter((field) => field.startsWith('tools:'))).toHaveLength(2);
    expect(await (await journalOf(1)).offer('call-1', tools('Tuesday'))).toEqual(tools('Tuesday'));
  });

  it('lets nothing begin for a goal that has ended, and goes with it', async () => {
    const { journalOf, ledger, redis, goalId } = await open();
    const journal = await journalOf();
    await journal.begin(key);
    await endGoal(ledger, goalId, { status: 'cancelled', rev: null, lease: null }, RETENTION);
    expect(await journal.begin({ ...key, tool: 'cancel' })).toEqual({ kind: 'ended' });
    await journal.record(key, booked);
    expect(await redis.pttl(ledger.goal(goalId).journal)).toBeGreaterThan(0);
    await redis.del(ledger.goal(goalId).goal, ledger.goal(goalId).journal);
    expect(await journal.record(key, booked)).toEqual(booked);
    expect(await redis.exists(ledger.goal(goalId).journal)).toBe(0);
  });
});
