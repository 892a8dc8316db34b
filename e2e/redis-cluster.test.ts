import { createHash } from 'node:crypto';
import type { AnalyticsReport } from '@baton/shared/contract/analytics';
import type { Stats } from '@baton/shared/contract/stats';
import { connect } from '@baton/shared/redis/connection';
import { keyspaceOf, type Keyspace } from '@baton/shared/redis/keyspace';
import { orchestratorSettings } from '@baton/shared/settings/settings';
import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startCluster } from '../faults/lab/redis-cluster.ts';
import { batonFor, type Baton } from './baton.ts';
import { named, positionOf } from './events.ts';
import { sample } from './metrics.ts';
import { plan, task } from './plans.ts';

/** Two tasks that two others wait for: jobs that settle and link. */
const tasks = [
  task('roots'),
  task('soil'),
  task('stem', ['roots', 'soil']),
  task('leaf', ['roots', 'soil']),
  task('fruit', ['stem', 'leaf']),
];

const ANY = 'anything';

/** What a keyspace's names look like, whatever stands in them for tenants, goals, models and the like. */
function namesOf(keyspace: Keyspace): RegExp[] {
  const { of: _of, goal, samples, ...others } = keyspace;
  const texts = Object.values(others).map((name) => (typeof name === 'string' ? name : name(ANY, ANY)));
  const pattern = (name: string, any: string): RegExp => {
    // A name that others begin with ends in a colon; BullMQ's names are below that of the queues.
    const begins = name.endsWith(':') || name === keyspace.queuePrefix ? '.+' : '';
    const text = name.replaceAll(/[{}.]/g, String.raw`\$&`).replaceAll(ANY, any);
    return new RegExp(`^${text}${begins}$`);
  };
  return [
    ...[...texts, ...Object.values(goal(ANY))].map((name) => pattern(name, '[^{}:]+')),
    // A kind of call may begin with a colon.
    pattern(samples('calls', ANY, ANY), '[^{}]+'),
    pattern(samples('tasks', ANY, ANY), '[^{}]+'),
  ];
}

const LOGIN = 'anna:secret';
const logins = `anna:${createHash('sha256').update('secret').digest('hex')}:operator`;

/** All that an operator looks at; what it keeps for that lies where the goals do. */
async function lookAround({ api }: Baton, flow: string): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from(LOGIN).toString('base64')}` };
  const board = '/admin/queues';
  const { queues } = await api.json<{ queues: unknown[] }>('GET', `${board}/api/queues`, 200, { headers });
  expect(queues.length).toBeGreaterThan(8);
  const tree = `${flow.replace(`${board}/queue/`, `${board}/api/queues/`)}/flow`;
  const { flowRoot } = await api.json<{ flowRoot: unknown }>('GET', tree, 200, { headers });
  expect(flowRoot).toMatchObject({ queueName: 'synthesis', state: 'completed' });
  const queue = `${board}/api/queues/goals`;
  for (const action of ['pause', 'resume'])
    expect((await api.fetch('PUT', `${queue}/${action}`, { headers })).status).toBe(200);

  const metrics = await (await api.fetch('GET', '/metrics')).text();
  expect(sample(metrics, 'baton_fleet_reporter')).toBe(1);
  expect(sample(metrics, 'baton_worker_processes', { worker_type: 'writer' })).toBe(1);
  expect(sample(metrics, 'baton_redis_memory_bytes')).toBeGreaterThan(0);
  const { workerTypes } = await api.json<Stats>('GET', '/v1/stats', 200);
  expect(workerTypes).toContainEqual(expect.objectContaining({ type: 'writer', workers: 1 }));
  const { goals } = await api.json<AnalyticsReport>('GET', '/v1/analytics', 200);
  expect(goals).toMatchObject({ considered: 2 });
}

test('goals run from end to end on a Cluster, whose one node holds all of their keys, which the keyspace has named', async (context) => {
  const cluster = await startCluster({ replicas: 0 });
  context.onTestFinished(() => cluster.close());
  const environment = { REDIS_URL: cluster.nodes[1]?.url ?? '', REDIS_CLUSTER: 'true' };
  const lookAt = (prefix: string): Redis => {
    const settings = orchestratorSettings({ ...environment, BATON_PREFIX: prefix, ROLE: 'api' });
    return connect(settings.redis, 'patient', () => undefined);
  };
  const orchestrator = { DASHBOARD_LOGINS: logins };
  const baton = await batonFor(context, { environment, orchestrator, lookAt });

  const [given, planned] = await Promise.all([
    baton.api.run({ goal: 'How does an apple tree grow?', plan: plan(...tasks) }),
    baton.api.run({ goal: 'Compare three ways to water a garden.' }),
  ]);

  for (const { goal } of [given, planned]) expect(goal.status).toBe('succeeded');
  expect(named(given.events, 'task.succeeded')).toHaveLength(tasks.length);
  for (const { id, dependencies } of tasks)
    for (const dependency of dependencies)
      expect(positionOf(given.events, 'task.succeeded', dependency)).toBeLessThan(
        positionOf(given.events, 'task.started', id),
      );

  await lookAround(baton, given.goal.links.dashboard ?? '');

  const holder = await cluster.primaryOf(`{${baton.prefix}}`);
  const names = namesOf(keyspaceOf(baton.prefix));
  for (const node of cluster.nodes) {
    const keys = await cluster.connectTo(node).keys('*');
    expect(keys.filter((key) => !names.some((name) => name.test(key)))).toEqual([]);
    expect(keys.length > 0).toBe(node === holder);
  }
}, 60_000);
