/** The programs in `examples/`, each started as its README says, against one Baton that wants keys; looked at from outside. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../scripts/ports.mjs';
import type { Api } from './api.ts';
import { useBaton } from './baton.ts';
import { readEventStream, type GoalEvent } from './events.ts';
import { runExample, startExample } from './examples/example.ts';
import {
  buildGo,
  findProgram,
  isMissing,
  needed,
  type Found,
  type GoPrograms,
} from './examples/toolchains.ts';
import { CUT_AFTER, useUnreliableLink } from './examples/unreliable-link.ts';
import { plan, task } from './plans.ts';
import { until } from './until.ts';

const key = 'the-key-of-the-examples';
const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const baton = useBaton({
  orchestrator: {
    BATON_API_KEYS: `acme:${createHash('sha256').update(key).digest('hex')}`,
    WEBHOOK_SECRET: secret,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  },
});
const losing = useUnreliableLink('replies', () => baton.api.url);
const cutting = useUnreliableLink('streams', () => baton.api.url);
const api = (): Api => baton.api.withKey(key);
const only = plan(task('only'));

/** Bringing Go takes a while, the first time on a machine. */
const GO_WITHIN = 400_000;
let python: Found<string>;
let curl: Found<string>;
let go: Found<GoPrograms>;
beforeAll(async () => {
  [python, curl, go] = await Promise.all([
    findProgram('python3', [3, 9]),
    findProgram('curl', [7, 71]),
    buildGo(),
  ]);
}, GO_WITHIN);
afterAll(async () => {
  if (go && !isMissing(go)) await rm(go.folder, { recursive: true, force: true });
});

/** The command that starts an example in this language, or why there is none. */
function commandOf(language: 'node' | 'python' | 'go', program: string): Found<[string, ...string[]]> {
  if (language === 'node') return [process.execPath, `examples/${program}`];
  if (language === 'python') {
    return isMissing(python) ? python : [python, `examples/python/${program}`];
  }
  return isMissing(go) ? go : [`${go.folder}/${program}`];
}

async function goalsWith(query: string): Promise<GoalSummary[]> {
  return (await api().json<{ items: GoalSummary[] }>('GET', `/v1/goals?limit=100${query}`, 200)).items;
}

/** A message as Baton signs it. */
function message(id: string, { sentAt = new Date(), signer = secret } = {}): RequestInit {
  const body = JSON.stringify({
    type: 'goal.succeeded',
    timestamp: new Date().toISOString(),
    data: { id: 'goal_other', status: 'succeeded', links: { self: '/v1/goals/goal_other', events: '' } },
  });
  const seconds = String(Math.floor(sentAt.getTime() / 1_000));
  const signature = new Webhook(signer).sign(id, sentAt, body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature };
  return { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
}

const countOf = (text: string, part: string): number => text.split(part).length - 1;

describe.concurrent('handing a goal over and waiting for its answer', () => {
  describe.each([
    ['python', 'run_goal.py'],
    ['go', 'rungoal'],
  ] as const)('in %s', (language, program) => {
    test('waits, and after a lost reply sends the same again: one goal, whose answer it prints', async (context) => {
      const command = needed(context, commandOf(language, program));
      const text = `Compare tea and coffee for ${language}.`;
      const run = await runExample([...command, text], { BATON_URL: losing.url, BATON_API_KEY: key });
      expect(run).toMatchObject({ code: 0 });
      const [id = '', ...more] = (await goalsWith(''))
        .filter(({ goal }) => goal === text)
        .map((made) => made.id);
      expect(more).toEqual([]);
      expect(run.stdout.trimEnd()).toBe((await api().goal(id)).output?.trimEnd());
      const [first, second, ...others] = losing.about(text);
      expect(first).toMatchObject({ prefer: 'wait=20', idempotencyKey: expect.stringMatching(/^.{16,}$/) });
      expect([second, others]).toEqual([first, []]);
    });

    test('follows the goal, and goes on after the last event when it is cut off', async (context) => {
      const command = needed(context, commandOf(language, program));
      const environment = { BATON_URL: cutting.url, BATON_API_KEY: key, BATON_WAIT: '0' };
      const run = await runExample(
        [...command, `Follow it in ${language}.`, `followed-${language}`],
        environment,
      );
      expect(run).toMatchObject({ code: 0 });
      const [, id = ''] = /^(goal_\S+) [a-z_]+$/m.exec(run.output) ?? [];
      const events = await api().eventsSoFar(id);
      expect(cutting.about(`${id}/events`).map(({ lastEventId }) => lastEventId)).toEqual([
        undefined,
        CUT_AFTER,
        events.at(-1)?.id,
      ]);
      const told = run.output.match(/^(goal|task)\.\S+/gm);
      expect(told).toEqual(events.map(({ event }) => event).filter((name) => name !== 'output.delta'));
      expect(run.stdout.trimEnd()).toBe((await api().goal(id)).output?.trimEnd());
    });

    test('takes the goal that its key has made, and tells by its status how it ended', async (context) => {
      const command = needed(context, commandOf(language, program));
      const text = `It fails for ${language}.`;
      await baton.emulator.inject({ match: { contains: text }, fault: { kind: 'refusal' }, times: 1_000 });
      const headers = { 'idempotency-key': `known-to-${language}` };
      const { id } = await api().json<Goal>('POST', '/v1/goals', 202, { body: { goal: text }, headers });
      const environment = { BATON_URL: baton.api.url, BATON_API_KEY: key };
      const run = await runExample([...command, text, headers['idempotency-key']], environment);
      expect(run).toMatchObject({ code: 4, stdout: '' });
      expect(run.output).toContain(id);
      expect((await goalsWith('')).filter(({ goal }) => goal === text)).toHaveLength(1);

      const refused = await runExample([...command, text], { ...environment, BATON_API_KEY: 'wrong' });
      expect(refused).toMatchObject({ code: 2, stdout: '', output: expect.stringContaining('401') });
    });
  });

  test('in Go is written as gofmt would', (context) => {
    expect(needed(context, go).unformatted ?? '').toBe('');
  });
});

describe.concurrent('a webhook receiver', () => {
  test.for([
    ['node', 'webhook-receiver/receiver.mjs'],
    ['python', 'webhook_receiver.py'],
    ['go', 'webhook'],
  ] as const)(
    'in %s believes what is signed, works on it once, and refuses the rest',
    async (given, context) => {
      const [language, program] = given;
      const command = needed(context, commandOf(language, program));
      const { program: receiver, url } = await startExample(
        context,
        language === 'node' ? command : [...command, '0'],
        { WEBHOOK_SECRET: secret, PORT: '0' },
      );

      const webhook = { url };
      const { id } = await api().submit({ goal: `Tell ${language}.`, plan: only, webhook });
      await receiver.printed(new RegExp(`^msg_${id}_0 goal\\.succeeded ${id}$`, 'm'));
      await until('it is delivered', async () => {
        const { items } = await api().json<{ items: { status: string }[] }>(
          'GET',
          `/v1/goals/${id}/deliveries`,
          200,
        );
        return items.every(({ status }) => status === 'delivered');
      });

      const status = async (request: RequestInit): Promise<number> => (await fetch(url, request)).status;
      const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
      expect(await status(message('msg_forged', { signer: other }))).toBe(400);
      expect(await status(message('msg_old', { sentAt: new Date(Date.now() - 400_000) }))).toBe(400);
      expect(await status({ ...message('msg_changed'), body: '{}' })).toBe(400);
      expect(await status({ method: 'POST', body: '{}' })).toBe(400);
      expect(await status({ method: 'POST', body: 'x'.repeat(100_000) })).toBe(413);

      expect(await Promise.all([status(message('msg_twice')), status(message('msg_twice'))])).toEqual([
        204, 204,
      ]);
      expect(await status(message('msg_after'))).toBe(204);
      await receiver.printed(/^msg_after /m);
      expect(countOf(receiver.output(), 'msg_twice ')).toBe(1);
      expect(receiver.output()).not.toMatch(/^msg_(forged|old|changed)/m);
    },
  );
});

describe.concurrent('the Express backend', () => {
  test('makes one report per order, and is told of its end', async (context) => {
    const port = String(await freePort());
    const environment = { PORT: port, BATON_URL: losing.url, BATON_API_KEY: key, WEBHOOK_SECRET: secret };
    const { program, url } = await startExample(
      context,
      [process.execPath, 'examples/express-backend/app.mjs'],
      environment,
    );
    const order = (body: object): Promise<Response> =>
      fetch(`${url}/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const sent = { orderId: '4711', topic: 'tea' };
    const replies = await Promise.all([order(sent), order(sent), order(sent)]);
    const reports = (await Promise.all(replies.map((reply) => reply.json()))) as { id: string }[];
    const id = reports[0]?.id ?? '';
    expect(new Set(reports.map((report) => report.id))).toEqual(new Set([id]));
    expect(replies.map((reply) => [reply.status, reply.headers.get('location')])).toEqual(
      Array.from({ length: 3 }, () => [202, `/reports/${id}`]),
    );
    expect((await goalsWith('&label.order=4711')).map((goal) => goal.id)).toEqual([id]);

    await program.printed(/^order 4711: its report succeeded$/m);
    const report: unknown = await (await fetch(`${url}/reports/${id}`)).json();
    const { output } = await api().goal(id);
    expect(report).toMatchObject({ id, order: '4711', status: 'succeeded', answer: output, error: null });

    expect((await order({ ...sent, topic: 'coffee' })).status).toBe(409);
    for (const wrong of [{ orderId: 'no id', topic: 'tea' }, { topic: 'tea' }, { orderId: '1' }, []]) {
      expect((await order(wrong)).status).toBe(400);
    }
    expect((await fetch(`${url}/reports/goal_unknown`)).status).toBe(404);
    const hook = async (request: RequestInit): Promise<number> =>
      (await fetch(`${url}/hooks/baton`, request)).status;
    expect(await hook(message(`msg_${id}_0`))).toBe(204);
    expect(await hook({ ...message('msg_changed'), body: '{}' })).toBe(400);
    expect(await hook({ method: 'POST' })).toBe(400);
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
    expect(countOf(program.output(), 'order 4711:')).toBe(1);
    expect(program.output()).not.toContain('its work failed');
  });
});

describe.concurrent('the cron job', () => {
  const script = 'examples/cron/daily-report.sh';
  const job = (environment: object) =>
    runExample([script], { BATON_URL: losing.url, BATON_API_KEY: key, ...environment });

  test('makes one goal per day, however often and by however many at once it is run', async (context) => {
    needed(context, curl);
    const day = { REPORT_DATE: '2026-03-01' };
    const runs = [...(await Promise.all([job(day), job(day), job(day)])), await job(day)];
    expect(runs).toEqual(Array.from({ length: 4 }, () => ({ code: 0, stdout: '', output: '' })));
    expect(await job({ REPORT_DATE: '2026-03-02' })).toMatchObject({ code: 0, output: '' });
    const days = (await goalsWith('&label.job=daily-report')).map(({ labels }) => labels['day']);
    expect(days.filter((made) => made?.startsWith('2026-03'))).toEqual(['2026-03-02', '2026-03-01']);
  });

  test('has something to say when the day has no such goal', async (context) => {
    needed(context, curl);
    const headers = { 'idempotency-key': 'daily-report-2026-04-01' };
    await api().json('POST', '/v1/goals', 202, { body: { goal: 'Another text.', plan: only }, headers });
    const [mismatch, unauthorized, unreachable] = await Promise.all([
      job({ REPORT_DATE: '2026-04-01' }),
      job({ REPORT_DATE: '2026-04-02', BATON_API_KEY: 'wrong' }),
      job({ REPORT_DATE: '2026-04-03', BATON_URL: `http://127.0.0.1:${await freePort()}`, RETRY_FOR: '1' }),
    ]);
    expect(mismatch).toMatchObject({ code: 1, output: expect.stringContaining('made with another text') });
    expect(unauthorized).toMatchObject({ code: 1, output: expect.stringContaining('Baton answered 401') });
    expect(unreachable).toMatchObject({ code: 1, output: expect.stringContaining("can't be reached") });
    expect(unauthorized.output).not.toContain('wrong');
  });
});

describe.concurrent('the SSE proxy', () => {
  const command = [process.execPath, 'examples/sse-proxy/server.js'] as const;
  const ids = (events: readonly GoalEvent[]): string[] => events.map(({ id }) => id);

  async function follow(url: string, lastEventId?: string): Promise<GoalEvent[]> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const events: GoalEvent[] = [];
    const response = await fetch(url, { headers });
    expect(response.status).toBe(200);
    expect(JSON.stringify([...response.headers])).not.toContain(key);
    for await (const event of readEventStream(response)) events.push(event);
    return events;
  }

  test('shows a page, and goes on after the last event when the way to Baton is cut', async (context) => {
    const environment = { PORT: '0', BATON_URL: cutting.url, BATON_API_KEY: key };
    const { url } = await startExample(context, command, environment);
    const page = await (await fetch(`${url}/?goal=goal_1`)).text();
    expect(page).toContain('new EventSource(');
    expect(page).not.toContain(key);

    const { goal, events } = await api().run({ goal: 'Shown in a browser.', plan: only });
    const stream = `${url}/api/goals/${goal.id}/events`;
    await expect(follow(stream)).rejects.toThrow('terminated');
    expect(await follow(stream, CUT_AFTER)).toEqual(events.slice(Number(CUT_AFTER)));
    const over = await fetch(stream, { headers: { 'last-event-id': events.at(-1)?.id ?? '' } });
    expect(over.status).toBe(204);
    expect((await fetch(`${url}/api/goals/goal_unknown/events`)).status).toBe(404);
    expect(cutting.about(`${goal.id}/events`).map(({ authorization }) => authorization)).toEqual(
      Array.from({ length: 3 }, () => `Bearer ${key}`),
    );
  });

  test('lets go of Baton when the browser goes', async (context) => {
    const environment = { PORT: '0', BATON_URL: cutting.url, BATON_API_KEY: key };
    const { url } = await startExample(context, command, environment);
    const goal = 'It goes on while the browser goes.';
    await baton.emulator.inject({ match: { contains: goal }, fault: { kind: 'hang' } });
    const { id } = await api().submit({ goal, plan: only });
    const stream = `${url}/api/goals/${id}/events`;
    const path = `/v1/goals/${id}/events`;
    await expect(follow(stream)).rejects.toThrow('terminated');
    const browser = new AbortController();
    const headers = { 'last-event-id': CUT_AFTER };
    await fetch(stream, { headers, signal: browser.signal });
    expect(cutting.isOpen(path)).toBe(true);
    browser.abort();
    await until('the stream from Baton is closed', () => !cutting.isOpen(path));
    await api().json('POST', `/v1/goals/${id}/cancel`, 202);
    const rest = ids(await api().eventsSoFar(id)).slice(Number(CUT_AFTER));
    expect(ids(await follow(stream, CUT_AFTER))).toEqual(rest);
  });

  test('asks Baton no longer than the browser waits, and tells it to come back when Baton is away', async (context) => {
    const silent = createServer();
    context.onTestFinished(() => void silent.close());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const environment = { PORT: '0', BATON_URL: `http://127.0.0.1:${port}` };
    const { url } = await startExample(context, command, environment);
    const browser = new AbortController();
    const asked = once(silent, 'request');
    const refused = expect(
      fetch(`${url}/api/goals/goal_1/events`, { signal: browser.signal }),
    ).rejects.toThrow('aborted');
    const [request] = (await asked) as [IncomingMessage];
    browser.abort();
    await Promise.all([refused, new Promise((resolve) => request.once('close', resolve))]);

    silent.close();
    silent.closeAllConnections();
    const away = await fetch(`${url}/api/goals/goal_1/events`);
    expect([away.status, await away.text()]).toEqual([200, 'retry: 3000\n\n']);
  });
});
