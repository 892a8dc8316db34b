import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import { plan, task } from './plans.ts';

const baton = useBaton();
const board = '/admin/queues';

interface QueueView {
  readonly name: string;
  readonly readOnlyMode: boolean;
  readonly counts: Readonly<Record<string, number>>;
}

interface FlowNode {
  readonly name: string;
  readonly queueName: string;
  readonly state?: string;
  readonly children?: readonly FlowNode[];
}

function nodesOf(node: FlowNode): FlowNode[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}

test('the dashboard is a page', async () => {
  const response = await baton.api.fetch('GET', board);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  const html = await response.text();
  const [, script = ''] = /<script[^>]+src="([^"]+)"/.exec(html) ?? [];
  const base = /<base href="([^"]+)"/.exec(html)?.[1] ?? `${board}/`;
  const asset = await baton.api.fetch('GET', new URL(script, `http://board${base}`).pathname);
  expect(asset.status).toBe(200);
});

test('it lists every queue', async () => {
  const { queues } = await baton.api.json<{ queues: QueueView[] }>('GET', `${board}/api/queues`, 200);
  const types = [
    'researcher',
    'analyzer',
    'writer',
    'coder',
    'reviewer',
    'validator',
    'synthesizer',
    'specialist',
    'orchestrator',
  ];
  expect(queues.map(({ name }) => name).toSorted()).toEqual(
    ['goals', 'synthesis', 'assessment', 'control', ...types.map((type) => `tasks.${type}`)].toSorted(),
  );
  for (const { readOnlyMode } of queues) expect(readOnlyMode).toBe(true);
});

describe('a goal that has ended', () => {
  test('shows its plan as a tree, from the link that the goal gives', async () => {
    const tasks = [task('a'), task('b', ['a']), task('c', ['a'], 'writer'), task('d', ['b', 'c'])];
    const { goal } = await baton.api.run({ goal: 'Shown as a tree.', plan: plan(...tasks) });
    const link = goal.links.dashboard ?? '';
    expect((await baton.api.fetch('GET', link)).status).toBe(200);
    const path = `${link.replace(`${board}/queue/`, `${board}/api/queues/`)}/flow`;
    const { flowRoot } = await baton.api.json<{ flowRoot: FlowNode }>('GET', path, 200);
    expect(flowRoot).toMatchObject({ queueName: 'synthesis', state: 'completed' });
    const shown = nodesOf(flowRoot);
    for (const { id, worker } of tasks) {
      expect(shown.filter(({ name }) => name === id)).toMatchObject([
        { queueName: `tasks.${worker}`, state: 'completed' },
      ]);
    }
  });

  test('holds no text of its own in the queues', async () => {
    const secret = 'Zanzibar';
    const { goal } = await baton.api.run({ goal: `Of ${secret}.`, plan: plan(task('a')) });
    const job = `${board}/api/queues/tasks.researcher/${goal.id}.1.0`;
    const response = await baton.api.fetch('GET', job);
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain(secret);
  });
});

test('it changes nothing', async () => {
  for (const [method, path] of [
    ['PUT', '/api/queues/goals/pause'],
    ['PUT', '/api/queues/tasks.writer/clean/completed'],
    ['PUT', '/api/queues/goals/empty'],
    ['POST', '/api/queues/goals/add'],
    ['DELETE', '/api/queues/goals'],
  ] as const) {
    const response = await baton.api.fetch(method, `${board}${path}`);
    expect({ path, status: response.status }).toEqual({ path, status: 405 });
    expect(await response.text()).toContain('DASHBOARD_READ_ONLY');
  }
});

test('behind a login it takes that login alone, and writes when it may', async () => {
  const login = { DASHBOARD_USER: 'admin', DASHBOARD_PASSWORD: 'päss:word' };
  const { api } = await baton.startOrchestrator({ ...login, DASHBOARD_READ_ONLY: 'false' });
  const status = async (path: string, user?: string, method = 'GET'): Promise<number> => {
    const headers =
      user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
    return (await api.fetch(method, `${board}${path}`, { headers })).status;
  };
  for (const path of ['', '/api/queues', '/static/js/main.js']) expect(await status(path)).toBe(401);
  for (const wrong of ['admin:wrong', 'root:päss:word', 'admin', ':'])
    expect(await status('', wrong)).toBe(401);
  expect(await status('', 'admin:päss:word')).toBe(200);
  expect(await status('/api/queues', 'admin:päss:word')).toBe(200);
  const challenge = (await api.fetch('GET', board)).headers.get('www-authenticate');
  expect(challenge).toMatch(/^Basic realm="Baton"/);

  const isPaused = (): Promise<number> =>
    baton.redis.hexists(`{${baton.prefix}}:queue:tasks.coder:meta`, 'paused');
  expect(await status('/api/queues/tasks.coder/pause', undefined, 'PUT')).toBe(401);
  expect(await isPaused()).toBe(0);
  expect(await status('/api/queues/tasks.coder/pause', 'admin:päss:word', 'PUT')).toBe(200);
  expect(await isPaused()).toBe(1);
  expect(await status('/api/queues/tasks.coder/resume', 'admin:päss:word', 'PUT')).toBe(200);
  expect(await isPaused()).toBe(0);
});

test('without a login it is not shown on an address that others can reach', async () => {
  const hash = createHash('sha256').update('key').digest('hex');
  const { api } = await baton.startOrchestrator({ HOST: '0.0.0.0', BATON_API_KEYS: `acme:${hash}` });
  for (const path of ['', '/api/queues']) {
    expect((await api.fetch('GET', `${board}${path}`)).status).toBe(404);
  }
  const goal = await api.withKey('key').submit({ goal: 'What is 9 + 9?' });
  expect(goal.links.dashboard).toBeNull();
});
