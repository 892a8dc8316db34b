import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addressOf, programFor, useBaton } from './baton.ts';
import { fixture } from './fixtures.ts';
import { sample } from './metrics.ts';
import { plan, task } from './plans.ts';
import type { Program } from './program.ts';
import { freePort } from '../scripts/ports.mjs';

const folder = mkdtempSync(join(tmpdir(), 'baton-tools-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const toolsFile = join(folder, 'tools.yaml');
writeFileSync(
  toolsFile,
  `
modules: [${fixture('tools.mjs')}]
servers:
  travel:
    command: ${process.execPath}
    args: [${fixture('travel-server.mjs')}]
    env: { TOKEN: '\${TRAVEL_TOKEN}' }
    allow: { coder: [token, look_up], '*': [] }
webSearch: { maxUses: 3, allowedDomains: [travel.example] }
workers:
  researcher: [book]
  analyzer: [book]
  reviewer: [web_search]
`,
);

const baton = useBaton({
  workers: 0,
  environment: { LOCK_DURATION: '2s', STALLED_INTERVAL: '300ms' },
  worker: { BATON_TOOLS: toolsFile, TRAVEL_TOKEN: 'token-of-travel' },
});

/** What the tools of a worker process, and of those that came after it, have done. */
function effectsIn(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split('\n');
}

/** A worker of one type that dies at a failpoint, and what its tools leave behind. */
interface Doomed {
  readonly type: string;
  readonly tool: string;
  readonly failpoint: string;
}

const doomed: readonly Doomed[] = [
  { type: 'researcher', tool: 'book', failpoint: 'tool.ran:2' },
  { type: 'analyzer', tool: 'book', failpoint: 'tool.recorded:2' },
];

let healthy: Program;

test('kill -9 in a tool loop repeats no turn and no effect that is known to have happened', async () => {
  const effects = join(folder, 'effects');
  writeFileSync(effects, '');
  const environment = { CALLS: effects };
  const goals = await Promise.all(
    doomed.map(async ({ type, tool, failpoint }) => {
      const worker = await baton.startWorker({ ...environment, WORKER_TYPES: type, FAILPOINT: failpoint });
      const goal = `A journey of the ${type}. [calls ${tool} 3 times]`;
      const { id } = await baton.api.submit({ goal, plan: plan(task('trip', [], type)) });
      expect(await worker.ended).toBe('SIGKILL');
      return { id, goal, type };
    }),
  );
  const port = String(await freePort());
  healthy = await baton.startWorker({ ...environment, HEALTH_PORT: port });
  const ended = await Promise.all(
    goals.map(async ({ id, goal, type }) => {
      await baton.api.follow(id);
      const turns = (await baton.emulator.requests(goal)).filter(({ role }) => role === 'task');
      return { type, goal: await baton.api.goal(id), paid: await baton.emulator.ofTask(goal, 'trip'), turns };
    }),
  );
  for (const { goal, paid } of ended) {
    expect(goal).toMatchObject({ status: 'succeeded', usage: { calls: 5, possiblyRepeatedCalls: 0 } });
    expect(goal.tasks[0]).toMatchObject({ attempts: 2 });
    // Three turns with a call, and the last with the result: each paid for once.
    expect(paid).toEqual({ calls: 4, paid: 4, aborted: 0 });
  }
  const told = (type: string): string =>
    JSON.stringify(ended.find((each) => each.type === type)?.turns.at(-1)?.body);
  expect(told('researcher').match(/outcome of this call is not known/g)).toHaveLength(1);
  expect(told('analyzer')).not.toContain('outcome of this call is not known');

  const done = effectsIn(effects);
  expect(done).toHaveLength(6);
  expect(new Set(done).size).toBe(6);

  const metrics = await (await fetch(`${await addressOf(healthy)}/metrics`)).text();
  expect(sample(metrics, 'baton_tool_calls_total', { tool: 'book', outcome: 'unknown' })).toBe(1);
});

test('a file of tools that can not be used ends the start, with all that is wrong with it', async (context) => {
  const bad = join(folder, 'bad.yaml');
  writeFileSync(
    bad,
    'modules: [./absent.mjs]\nservers: { a: { command: x, env: { KEY: "${NO_SUCH_KEY}" } } }\n',
  );
  const environment = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', BATON_TOOLS: bad };
  const worker = programFor(context, 'worker', environment);
  expect(await worker.exit()).toBe(78);
  expect(worker.output()).toMatch(
    /bad.yaml can't be used:[^]*absent.mjs[^]*the variable NO_SUCH_KEY is not set/,
  );
});

test('an MCP server is asked for what its allow-list gives, with a secret of the environment', async () => {
  const goal = 'Ask the travel server.';
  const run = await baton.api.run({ goal, plan: plan(task('trip', [], 'coder')) });
  expect(run.goal).toMatchObject({ status: 'succeeded' });
  expect(run.goal.tasks[0]).toMatchObject({
    metadata: {
      tools: expect.arrayContaining([
        { name: 'travel/token', calls: 1, failed: 0 },
        { name: 'travel/look_up', calls: 1, failed: 0 },
      ]),
    },
  });
  const [first, second] = (await baton.emulator.requests(goal)).filter(({ role }) => role === 'task');
  const offered = first?.body['tools'] as { name: string }[];
  expect(offered.map(({ name }) => name)).toEqual(['travel__look_up', 'travel__token']);
  expect(JSON.stringify(second?.body.messages)).toContain('token-of-travel');
  expect(healthy.output()).not.toContain('token-of-travel');
  expect(run.events).toContainEqual(
    expect.objectContaining({
      event: 'task.progress',
      data: expect.objectContaining({ taskId: 'trip', message: 'uses travel/look_up, travel/token' }),
    }),
  );
});

test('a web search is bounded, and its sources are kept', async () => {
  const goal = 'Search the web. [pauses once]';
  const run = await baton.api.run({ goal, plan: plan(task('trip', [], 'reviewer')) });
  expect(run.goal.status).toBe('succeeded');
  const sent = (await baton.emulator.requests(goal)).find(({ role }) => role === 'task');
  expect(sent?.body['tools']).toEqual([
    expect.objectContaining({ name: 'web_search', max_uses: 3, allowed_domains: ['travel.example'] }),
  ]);
  expect(run.goal.usage.webSearches).toBeGreaterThan(0);
  const sources = (run.goal.tasks[0]?.metadata['sources'] ?? []) as { url: string }[];
  expect(sources.length).toBeGreaterThan(0);
  for (const { url } of sources) expect(url).toContain('travel.example');
});
