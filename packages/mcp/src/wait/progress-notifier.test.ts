import type { ServerContext } from '@modelcontextprotocol/server';
import { expect, it } from 'vitest';
import { eventsOf, planned } from '../testing/sample-goal.ts';
import { progressNotifier } from './progress-notifier.ts';

type Told = Parameters<ServerContext['mcpReq']['notify']>[0];

/** A call whose caller is told of `told`. */
function callWith(told: Told[], progressToken?: string): Pick<ServerContext, 'mcpReq'> {
  const mcpReq = {
    ...(progressToken !== undefined && { _meta: { progressToken } }),
    notify: (notification: Told) => {
      told.push(notification);
      return Promise.reject(new Error('The caller has gone.'));
    },
  };
  return { mcpReq: mcpReq as unknown as ServerContext['mcpReq'] };
}

it('tells whoever asked, tasks not too often, and minds nobody who has gone', () => {
  const told: Told[] = [];
  let now = 1_000;
  const onEvent = progressNotifier(callWith(told, 'p-1'), () => now);
  const started = (taskId: string) => ['task.started', { taskId }] as const;
  const events = eventsOf('goal_1', planned, started('a'), started('b'), ['goal.synthesizing'], started('c'));
  for (const event of events.slice(0, 4)) onEvent(event);
  now += 50;
  for (const event of events.slice(4)) onEvent(event);
  expect(told.map(({ params }) => [params?.['progressToken'], params?.['message']])).toEqual([
    ['p-1', 'planned: sights, prices'],
    ['p-1', 'a started'],
    ['p-1', 'putting the answer together'],
    ['p-1', 'c started'],
  ]);
});

it('tells nobody who did not ask', () => {
  const told: Told[] = [];
  for (const event of eventsOf('goal_1', planned)) progressNotifier(callWith(told))(event);
  expect(told).toEqual([]);
});
