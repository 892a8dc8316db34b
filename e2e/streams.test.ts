import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { appendEvents } from '@baton/shared/ledger/event-log';
import { openLedger } from '@baton/shared/ledger/ledger';
import { keyspaceOf } from '@baton/shared/redis/keyspace';
import type { Api } from './api.ts';
import { useBaton } from './baton.ts';
import { readEventStream, type GoalEvent } from './events.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const baton = useBaton();

const READERS = 300;
/** More than the sockets between two processes hold, by far. */
const FLOOD = { events: 200, characters: 100_000 };

const ids = (events: readonly GoalEvent[]): number[] => events.map(({ id }) => Number(id));
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** A goal that goes on until it is cancelled. */
async function openGoal(goal: string): Promise<string> {
  await baton.emulator.inject({ match: { contains: goal, task: 'a' }, fault: { kind: 'hang' } });
  const { id } = await baton.api.submit({ goal, plan: plan(task('a')) });
  await baton.api.eventOf(id, 'task.started');
  return id;
}

const cancel = (goalId: string): Promise<unknown> =>
  baton.api.json('POST', `/v1/goals/${goalId}/cancel`, 202);

/** A stream whose reader reads when it is told to. */
async function openUnread(api: Api, goalId: string): Promise<IncomingMessage> {
  const [response] = (await once(get(`${api.url}/v1/goals/${goalId}/events`), 'response')) as [
    IncomingMessage,
  ];
  return response;
}

async function closedStreams(api: Api): Promise<number> {
  const text = await (await api.fetch('GET', '/metrics')).text();
  const counts = text.matchAll(/_count\{[^}]*route="\/v1\/goals\/:goalId\/events"[^}]*\} (\d+)/g);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe.concurrent('streams of events', () => {
  test('a reader that does not read is cut, others go on meanwhile, and it comes back for the rest', async () => {
    const goalId = await openGoal('Followed by one who does not read.');
    const { api } = await baton.startOrchestrator({ ROLE: 'api' });
    const unread = await openUnread(api, goalId);
    const follower = api.follow(goalId);
    const ledger = openLedger(baton.redis.duplicate(), keyspaceOf(baton.prefix));
    const text = 'x'.repeat(FLOOD.characters);
    for (let offset = 0; offset < FLOOD.events; offset += 1) {
      await appendEvents(ledger, goalId, null, [{ event: 'output.delta', data: { text, offset } }]);
    }
    ledger.redis.disconnect();
    const late = api.follow(goalId);
    await until('one stream is closed', async () => (await closedStreams(api)) === 1);

    let taken = '';
    unread.setEncoding('utf8').on('data', (part: string) => (taken += part));
    await expect(once(unread, 'end')).rejects.toThrow('aborted');
    const last = [...taken.matchAll(/^id: (\d+)\nevent: .*\ndata: .*\n\n/gm)].at(-1)?.[1] ?? '';
    expect(Number(last)).toBeGreaterThan(0);
    expect(Number(last)).toBeLessThan(FLOOD.events);
    const rest = api.follow(goalId, last);
    await cancel(goalId);
    const all = await follower;
    expect(ids(all)).toEqual(upTo(all.length));
    expect(all.length).toBeGreaterThan(FLOOD.events);
    expect(all.at(-1)?.event).toBe('goal.cancelled');
    expect(await late).toEqual(all);
    expect(await rest).toEqual(all.slice(Number(last)));
  });

  test('hundreds of readers of a goal see the same events, whenever they come', async () => {
    const goal = 'Followed by many.';
    const goalId = await openGoal(goal);
    const early = upTo(READERS / 3).map(() => baton.api.follow(goalId));
    const ledger = openLedger(baton.redis.duplicate(), keyspaceOf(baton.prefix));
    const meanwhile = upTo(READERS / 3).map(async (offset) => {
      await appendEvents(ledger, goalId, null, [{ event: 'output.delta', data: { text: 'x', offset } }]);
      return baton.api.follow(goalId);
    });
    await until('they are written', async () => (await baton.api.eventsSoFar(goalId)).length > READERS / 3);
    ledger.redis.disconnect();
    await cancel(goalId);
    const late = upTo(READERS / 3).map(() => baton.api.follow(goalId));
    const seen = await Promise.all([...early, ...meanwhile, ...late]);
    const all = await baton.api.eventsSoFar(goalId);
    expect(ids(all)).toEqual(upTo(all.length));
    for (const events of seen) expect(ids(events)).toEqual(ids(all));
    expect(all.filter(({ event }) => event === 'goal.cancelled')).toHaveLength(1);
  });

  test('a reader that was cut off goes on where it was', async () => {
    const goalId = await openGoal('Followed in two pieces.');
    const response = await baton.api.fetch('GET', `/v1/goals/${goalId}/events`);
    const first: GoalEvent[] = [];
    for await (const event of readEventStream(response)) {
      first.push(event);
      if (event.event === 'task.started') break;
    }
    const rest = baton.api.follow(goalId, first.at(-1)?.id);
    await cancel(goalId);
    const all = [...first, ...(await rest)];
    expect(all).toEqual(await baton.api.eventsSoFar(goalId));
    const last = all.at(-1)?.id ?? '';
    const headers = { 'last-event-id': last };
    expect((await baton.api.fetch('GET', `/v1/goals/${goalId}/events`, { headers })).status).toBe(204);
  });

  test('a process that stops ends its streams between two events, and goes', async () => {
    const goalId = await openGoal('Followed on a process that goes.');
    const { program, api } = await baton.startOrchestrator({ ROLE: 'api' });
    const stream = await openUnread(api, goalId);
    program.signal('SIGTERM');
    const text = (await stream.setEncoding('utf8').toArray()).join('');
    expect(stream.complete).toBe(true);
    expect(text.endsWith('\n\n')).toBe(true);
    expect(await program.exit()).toBe(0);
    await cancel(goalId);
  });
});
