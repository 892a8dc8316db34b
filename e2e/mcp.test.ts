import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport, type CallToolResult } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBaton } from './baton.ts';
import type { Environment } from './program.ts';
import { until } from './until.ts';

const BIN = fileURLToPath(new URL('../packages/client/bin/baton.mjs', import.meta.url));

const tenants = ['acme', 'umbrella'].map(
  (tenant) => `${tenant}:${createHash('sha256').update(`${tenant}-key`).digest('hex')}`,
);
const baton = useBaton({ orchestrator: { BATON_API_KEYS: tenants.join(',') } });

function environment(more: Environment = {}): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  const given = { PATH, HOME, BATON_URL: baton.api.url, BATON_API_KEY: 'acme-key', ...more };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? '']));
}

interface Agent {
  readonly client: Client;
  /** What came over the connection and was no protocol. */
  readonly faults: readonly Error[];
  call(name: string, args?: Record<string, unknown>): Promise<CallToolResult>;
}

const agents: Agent[] = [];

async function agent(
  transport: Parameters<Client['connect']>[0],
  mode: 'legacy' | 'auto' = 'auto',
): Promise<Agent> {
  const client = new Client({ name: 'e2e', version: '1.0.0' }, { versionNegotiation: { mode } });
  const faults: Error[] = [];
  client.onerror = (error) => void faults.push(error); // oxlint-disable-line unicorn/prefer-add-event-listener -- it has none
  await client.connect(transport);
  const made: Agent = {
    client,
    faults,
    call: (name, args = {}) => client.callTool({ name, arguments: args }),
  };
  agents.push(made);
  return made;
}

function onStdio(more?: Environment): Promise<Agent> {
  const args = [BIN, 'mcp'];
  return agent(
    new StdioClientTransport({ command: process.execPath, args, env: environment(more), stderr: 'ignore' }),
  );
}

function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
}

function idOf({ structuredContent }: CallToolResult): string {
  return (structuredContent as { id: string }).id;
}

/** Hands over a goal whose tasks hang, and does not wait for it. */
async function submitHanging({ call }: Agent, goal: string): Promise<string> {
  await baton.emulator.inject({
    match: { contains: goal, role: 'task' },
    fault: { kind: 'hang' },
    times: 20,
  });
  return idOf(await call('submit_goal', { goal, wait_seconds: 0 }));
}

afterAll(() => Promise.all(agents.map(({ client }) => client.close())));

describe('an agent that starts "baton mcp"', () => {
  let acme: Agent;
  beforeAll(async () => {
    acme = await onStdio();
  });

  test('finds the tools', async () => {
    const { tools } = await acme.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['submit_goal', 'get_goal', 'cancel_goal', 'list_goals']);
  });

  test('hands over a goal, follows it, and gets the answer, once however often it asks', async () => {
    const steps: { progress: number; message?: string | undefined }[] = [];
    const args = {
      goal: 'Compare three ways to heat a house.',
      labels: { from: 'agent' },
      idempotency_key: 'heat-1',
    };
    const result = await acme.client.callTool(
      { name: 'submit_goal', arguments: args },
      { onprogress: (step) => void steps.push(step) },
    );
    expect(result.structuredContent).toMatchObject({ status: 'succeeded', ended: true, simulated: true });
    expect(textOf(result)).toMatch(/has ended: succeeded[^]*Simulated[^]*Answer:\n\n\S/);
    expect(steps[0]?.message).toBe('accepted');
    expect(steps.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^planned: \w/));
    expect(steps.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/ succeeded \(\d of \d/),
    );
    expect(steps.at(-1)?.message).toBe('succeeded');
    expect(steps.map(({ progress }) => progress)).toEqual(
      steps.map(({ progress }) => progress).toSorted((one, other) => one - other),
    );

    expect(idOf(await acme.call('submit_goal', args))).toBe(idOf(result));
    const other = await acme.call('submit_goal', { ...args, goal: 'Another goal.' });
    expect([other.isError, textOf(other)]).toEqual([
      true,
      expect.stringContaining('idempotency_mismatch, 422'),
    ]);

    const got = await acme.call('get_goal', { id: idOf(result), task_outputs: true });
    const task = { status: 'succeeded', output: expect.stringMatching(/\w/), errors: [] };
    expect(got.structuredContent).toMatchObject({
      labels: { from: 'agent' },
      tasks: expect.arrayContaining([expect.objectContaining(task)]),
    });
    const list = await acme.call('list_goals', { labels: { from: 'agent' } });
    expect(list.structuredContent).toMatchObject({ goals: [{ id: idOf(result) }], nextCursor: null });
  });

  test('cancels one, once', async () => {
    const id = await submitHanging(acme, 'A goal that an agent cancels.');
    expect((await acme.call('cancel_goal', { id })).structuredContent).toMatchObject({
      id,
      status: 'cancelled',
    });
    const again = await acme.call('cancel_goal', { id });
    expect([again.isError, textOf(again)]).toEqual([true, expect.stringContaining('conflict, 409')]);
  });

  test('is told what is wrong with what it asks for', async () => {
    const unknownWorker = { goal: 'x', options: { workerTypes: ['writter'] } };
    const refused = await acme.call('submit_goal', unknownWorker);
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/invalid_request, 400[^]*options\.workerTypes[^]*writter/);
    const misspelt = await acme.call('submit_goal', { gaol: 'x' });
    expect(textOf(misspelt)).toContain('unknown: gaol; known arguments are goal, ');
    const unknown = await acme.call('get_goal', { id: 'goal_none' });
    expect([unknown.isError, textOf(unknown)]).toEqual([
      true,
      expect.stringContaining('There is no goal goal_none'),
    ]);
  });

  test('is told when there is no Baton, and of nothing but the protocol', async () => {
    const lost = await onStdio({ BATON_URL: 'http://127.0.0.1:59999' });
    const result = await lost.call('list_goals');
    expect([result.isError, textOf(result)]).toEqual([
      true,
      expect.stringContaining('Can not reach Baton at http://127.0.0.1:59999: nothing listens there'),
    ]);
    expect([...acme.faults, ...lost.faults]).toEqual([]);
  });
});

describe('agents that call "baton mcp --http"', () => {
  let server: ChildProcess;
  let url: URL;
  let ended: Promise<number | null>;

  beforeAll(async () => {
    let log = '';
    server = spawn(process.execPath, [BIN, 'mcp', '--http', '0'], { env: environment() });
    server.stderr?.setEncoding('utf8').on('data', (text: string) => void (log += text));
    ended = new Promise((resolve) => void server.once('close', resolve));
    const listening = await until('it listens', () => /listening on (\S+)/.exec(log));
    url = new URL(listening[1] ?? '');
  });
  afterAll(async () => {
    server.kill('SIGKILL');
    await ended;
  });

  function withKey(key: string | null, mode: 'legacy' | 'auto' = 'auto'): Promise<Agent> {
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
    return agent(new StreamableHTTPClientTransport(url, { requestInit: { headers } }), mode);
  }

  test("act as the tenant of their own key, and see nobody else's goals", async () => {
    const umbrella = await withKey('umbrella-key', 'legacy');
    const messages: (string | undefined)[] = [];
    const own = await umbrella.client.callTool(
      { name: 'submit_goal', arguments: { goal: 'What is 2 + 2?' } },
      { onprogress: ({ message }) => void messages.push(message) },
    );
    expect(own.structuredContent).toMatchObject({ status: 'succeeded' });
    expect(messages.at(-1)).toBe('succeeded');
    expect(messages.length).toBeGreaterThan(2);
    expect((await umbrella.call('list_goals')).structuredContent).toMatchObject({
      goals: [{ id: idOf(own) }],
    });

    const acme = await withKey(null);
    const foreign = await acme.call('get_goal', { id: idOf(own) });
    const unknown = await acme.call('get_goal', { id: 'goal_none' });
    expect(textOf(foreign).replace(idOf(own), 'goal_none')).toBe(textOf(unknown));
    expect(await acme.call('cancel_goal', { id: idOf(own) })).toMatchObject({ isError: true });

    const stranger = await withKey('stranger-key');
    expect(textOf(await stranger.call('list_goals'))).toMatch(/unauthorized, 401[^]*Authorization: Bearer/);
  });

  test('come by a name of this machine, or not at all', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example.com', 'content-type': 'application/json' };
      const sent = request(url, { method: 'POST', headers }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      });
      sent.once('error', reject).end('{}');
    });
    expect(status).toBe(403);
  });

  test('are answered when it is told to end while they wait', async () => {
    const acme = await withKey(null);
    const id = await submitHanging(acme, 'A goal that goes on without its agent.');
    let hasBegun = false;
    const waiting = acme.client.callTool(
      { name: 'get_goal', arguments: { id, wait_seconds: 600 } },
      { onprogress: () => void (hasBegun = true) },
    );
    await until('it waits', () => hasBegun);
    server.kill('SIGTERM');
    expect((await waiting).structuredContent).toMatchObject({ id, ended: false });
    expect(await ended).toBe(0);
    await baton.api.withKey('acme-key').json('POST', `/v1/goals/${id}/cancel`, 202);
  });
});
