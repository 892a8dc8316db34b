import { describe, expect, it, vi } from 'vitest';
import { readGoalFacts } from '@baton/shared/ledger/goal-record';
import type { GoalRequest } from '@baton/shared/contract/goal-request';
import type { Recipe } from '@baton/plan/recipes';
import type { Durability } from '@baton/shared/redis/durability';
import { createMetrics } from '@baton/shared/telemetry/metrics';
import {
  openTestLedger,
  request,
  TENANT,
} from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { goalSubmitter } from './submit-goal.ts';

const poem: Recipe = {
  name: 'poem',
  title: 'Poem',
  description: 'A poem.',
  planHints: [],
  synthesisHints: [],
  prompts: { planner: 'One stanza per task.', tasks: { writer: 'Rhyme.' } },
  exampleGoal: 'Write a poem on rain.',
};
const idempotency = { key: 'key', body: 'body' };
const notDurable = new Error('no replica has confirmed it');

function open(settled: Durability['settled'] = async () => undefined) {
  const { ledger, keys } = openTestLedger();
  const add = vi.fn(async () => undefined);
  const submit = goalSubmitter({
    intake: { ledger, durability: { settled }, admission: { check: () => undefined } },
    queue: { add },
    links: (goalId) => ({ self: goalId, events: '', dashboard: null }),
    metrics: createMetrics(),
    deadlineMs: 60_000,
    mostOpen: 3,
    reviewRounds: 2,
    recipes: new Map([[poem.name, poem]]),
  });
  return {
    ledger,
    keys,
    add,
    submit: () => submit(TENANT, request(), idempotency),
    submitRequest: (asked: GoalRequest) => submit(TENANT, asked, null),
  };
}

describe('submitting a goal', () => {
  it('gives it one job, and none to its replays', async () => {
    const { add, submit } = open();
    const first = await submit();
    const again = await submit();
    expect([first.kind, again.kind]).toEqual(['accepted', 'replayed']);
    expect(add).toHaveBeenCalledOnce();
  });

  it('leaves nothing when it could not be made safe, and the key makes another then', async () => {
    const settled = vi.fn(async () => undefined).mockRejectedValueOnce(notDurable);
    const { keys, add, submit } = open(settled);
    await expect(submit()).rejects.toThrow('no replica');
    expect(await keys()).toEqual([]);
    expect(await submit()).toMatchObject({ kind: 'accepted' });
    expect(add).toHaveBeenCalledOnce();
  });

  it('takes back what was written though the answer never came', async () => {
    const { ledger, keys, submit } = open();
    type Command = (...args: unknown[]) => Promise<unknown>;
    const commands = ledger.redis as unknown as { createGoal: Command };
    const create = commands.createGoal.bind(ledger.redis);
    commands.createGoal = async (...args) => {
      await create(...args);
      throw new Error('Command timed out');
    };
    await expect(submit()).rejects.toThrow('timed out');
    await expect.poll(keys).toEqual([]);
  });

  it('keeps a goal that another request was promised, though the first was refused', async () => {
    let refuse = (): void => undefined;
    const settled = vi
      .fn(async () => undefined)
      .mockImplementationOnce(() => new Promise((_resolve, reject) => (refuse = () => reject(notDurable))));
    const { ledger, add, submit } = open(settled);
    const refused = submit();
    await expect.poll(() => settled.mock.calls.length).toBe(1);
    const promised = await submit();
    refuse();
    await expect(refused).rejects.toThrow('no replica');
    if (promised.kind !== 'replayed') throw new Error(promised.kind);
    expect(add).toHaveBeenCalledOnce();
    expect(await readGoalFacts(ledger, promised.goalId)).toMatchObject({ status: 'accepted' });
  });

  it('promises no replay that is not safe itself', async () => {
    const settled = vi
      .fn(async () => undefined)
      .mockResolvedValueOnce(undefined)
      .mockRejectedValueOnce(notDurable);
    const { submit } = open(settled);
    const first = await submit();
    await expect(submit()).rejects.toThrow('no replica');
    expect(await submit()).toMatchObject({
      kind: 'replayed',
      goalId: first.kind === 'accepted' && first.goal.id,
    });
  });

  it.each([
    [{}, 2],
    [{ options: { reviewRounds: 0 } }, 0],
    [{ options: { reviewRounds: 5 } }, 5],
  ])('writes down how often results are revised: %j', async (fields, reviewRounds) => {
    const { ledger, submitRequest } = open();
    const made = await submitRequest(request(fields));
    if (made.kind !== 'accepted') throw new Error(made.kind);
    expect((await readGoalFacts(ledger, made.goal.id))?.options.reviewRounds).toBe(reviewRounds);
  });

  it.each([
    ['poem', JSON.stringify({ writer: 'Rhyme.' })],
    [null, null],
  ])('keeps what the recipe %j tells its tasks', async (recipe, kept) => {
    const { ledger, submitRequest } = open();
    const made = await submitRequest(request({ recipe }));
    if (made.kind !== 'accepted') throw new Error(made.kind);
    expect(await ledger.redis.hget(ledger.goal(made.goal.id).goal, 'taskPrompts')).toBe(kept);
  });
});
