import { expect, it } from 'vitest';
import { FakeBaton, refusal, unreachable } from '../testing/fake-baton.ts';
import { endedGoal, eventsOf } from '../testing/sample-goal.ts';
import { guarded, keyGuard } from './keyed-baton.ts';

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}

it('asks a Baton that wants a key, once a minute at the most', async () => {
  const [anonymous, baton] = [new FakeBaton(), new FakeBaton()];
  anonymous.failure = refusal(401, 'unauthorized', 'Send a key that this server knows.');
  baton.known.set('goal_1', endedGoal('goal_1'));
  baton.stream.say(...eventsOf('goal_1', ['goal.succeeded'])).end();
  let now = 0;
  const asked = guarded(
    baton,
    keyGuard(anonymous, () => now),
  );
  expect(await asked.goals.get('goal_1')).toMatchObject({ id: 'goal_1' });
  const events = await all(asked.goals.stream('goal_1'));
  expect(events).toHaveLength(1);
  anonymous.failure = null;
  now = 59_999;
  await asked.goals.get('goal_1');
  now = 60_000;
  await expect(asked.goals.get('goal_1')).rejects.toThrow('This Baton takes requests without a key');
});

it('asks nothing of a Baton that is open, or that can not be asked about it', async () => {
  const [anonymous, baton] = [new FakeBaton(), new FakeBaton()];
  baton.accepts.push(endedGoal('goal_1'));
  const asked = guarded(baton, keyGuard(anonymous));
  const calls = [
    () => asked.goals.create({ goal: 'x' }),
    () => asked.goals.get('goal_1'),
    () => asked.goals.list(),
    () => asked.goals.cancel('goal_1'),
    () => all(asked.goals.stream('goal_1')),
  ];
  for (const call of calls) await expect(call()).rejects.toThrow('Whoever runs it has to set BATON_API_KEYS');
  anonymous.failure = unreachable();
  for (const call of calls) await expect(call()).rejects.toThrow('Can not reach Baton');
  expect(baton.created).toEqual([]);
});
