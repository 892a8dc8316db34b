import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Baton } from '../port.ts';
import { FakeBaton, refusal } from '../testing/fake-baton.ts';
import { endedGoal, eventsOf, openGoal, planned } from '../testing/sample-goal.ts';
import type { Era } from '../testing/stdio-client.ts';
import { serveHttp, type HttpServing } from './serve-http.ts';

interface Served {
  readonly url: string;
  readonly ended: Promise<void>;
  stop(): void;
}

async function served(baton: Baton, more: Partial<HttpServing> = {}): Promise<Served> {
  const stopping = new AbortController();
  let ended = Promise.resolve();
  const listening = new Promise<string>((resolve, reject) => {
    ended = serveHttp({
      baton,
      batonFor: () => baton,
      log: () => undefined,
      stop: stopping.signal,
      port: 0,
      host: '127.0.0.1',
      allowedHosts: [],
      requireKey: false,
      onListening: resolve,
      ...more,
    });
    ended.catch(reject);
  });
  const url = await listening;
  onTestFinished(() => {
    stopping.abort();
    return ended;
  });
  return { url, ended, stop: () => stopping.abort() };
}

async function connected(url: string, era: Era, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: era } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return client;
}

const ACCEPT = 'application/json, text/event-stream';

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** With any header, `Host` among them. */
function send(url: string, method: string, headers: Record<string, string>, body = ''): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const all = { 'content-type': 'application/json', accept: ACCEPT, ...headers };
    const sent = request(url, { method, headers: all }, (reply) => {
      const { statusCode: status } = reply;
      text(reply).then((read) => resolve({ status, headers: reply.headers, body: read }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

describe.each(['legacy', 'auto'] as const)('over HTTP, a client of the %s era', (era) => {
  it('submits a goal and hears of its progress', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const client = await connected((await served(baton)).url, era);
    const messages: (string | undefined)[] = [];
    const submitting = client.callTool(
      { name: 'submit_goal', arguments: { goal: 'Plan a trip' } },
      { onprogress: ({ message }) => void messages.push(message) },
    );
    await baton.stream.say(...eventsOf('goal_1', planned)).isAwaited();
    baton.known.set('goal_1', endedGoal('goal_1'));
    baton.stream.say(...eventsOf('goal_1', ['goal.succeeded'])).end();
    expect((await submitting).structuredContent).toMatchObject({
      ended: true,
      output: '# Kyoto in three days',
    });
    expect(messages).toEqual(['planned: sights, prices', 'succeeded']);
  });

  it('acts with the key that it sends', async () => {
    const [lent, own] = [new FakeBaton(), new FakeBaton()];
    own.known.set('goal_1', endedGoal('goal_1'));
    const asked: string[] = [];
    const batonFor = (key: string): Baton => {
      asked.push(key);
      return own;
    };
    const { url } = await served(lent, { batonFor });
    const client = await connected(url, era, { authorization: 'Bearer k_1' });
    const found = await client.callTool({ name: 'get_goal', arguments: { id: 'goal_1' } });
    expect(found.structuredContent).toMatchObject({ id: 'goal_1' });
    expect(new Set(asked)).toEqual(new Set(['k_1']));
    const other = await connected(url, era);
    expect(await other.callTool({ name: 'get_goal', arguments: { id: 'goal_1' } })).toMatchObject({
      isError: true,
    });
  });

  it('is answered before the server ends', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const { url, stop, ended } = await served(baton);
    const client = await connected(url, era);
    const submitting = client.callTool({
      name: 'submit_goal',
      arguments: { goal: 'Plan a trip', wait_seconds: 600 },
    });
    await baton.stream.isAwaited();
    stop();
    expect((await submitting).structuredContent).toMatchObject({ id: 'goal_1', ended: false });
    await ended;
  });

  it('ends its wait by cancelling', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const client = await connected((await served(baton)).url, era);
    const giveUp = new AbortController();
    const submitting = client.callTool(
      { name: 'submit_goal', arguments: { goal: 'Plan a trip', wait_seconds: 600 } },
      { signal: giveUp.signal },
    );
    await baton.stream.isAwaited();
    giveUp.abort();
    await expect(submitting).rejects.toThrow();
    await baton.stream.isLeft;
  });

  it('ends its wait by closing the connection', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const client = await connected((await served(baton)).url, era);
    const submitting = client.callTool({
      name: 'submit_goal',
      arguments: { goal: 'Plan a trip', wait_seconds: 600 },
    });
    await baton.stream.isAwaited();
    await client.close();
    await expect(submitting).rejects.toThrow();
    await baton.stream.isLeft;
  });
});

describe('the front door', () => {
  it.each([
    ['a name that a page had made point here', { host: 'evil.example.com' }, 403],
    ['a page', { origin: 'https://evil.example.com' }, 403],
    ['a key that is none', { authorization: 'Basic YTpi' }, 401],
  ])('is closed to %s', async (_what, headers, status) => {
    const { url } = await served(new FakeBaton());
    const reply = await send(url, 'POST', headers, '{}');
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body)).toMatchObject({ jsonrpc: '2.0', error: { code: -32_000 }, id: null });
    expect(reply.headers['www-authenticate']).toBe(status === 401 ? 'Bearer realm="baton"' : undefined);
  });

  it('is at one address, takes POST, JSON, and 2 MiB', async () => {
    const { url } = await served(new FakeBaton());
    expect((await send(`${url}/x`, 'POST', {}, '{}')).status).toBe(404);
    expect((await send(url, 'GET', {})).status).toBe(405);
    expect((await send(url, 'POST', {}, '{')).status).toBe(400);
    expect((await send(url, 'POST', { 'content-type': 'text/plain' }, '{}')).status).toBe(415);
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const batch = JSON.stringify(Array.from({ length: 21 }, () => list));
    expect((await send(url, 'POST', {}, batch)).status).toBe(400);
    const large = { 'content-length': String(2 * 1024 * 1024 + 1) };
    expect((await send(url, 'POST', large)).status).toBe(413);
    const unsaid = { 'transfer-encoding': 'chunked' };
    expect((await send(url, 'POST', unsaid, 'x'.repeat(2 * 1024 * 1024 + 1))).status).toBe(413);
  });

  it('lets in so many and no more', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const { url } = await served(baton, { mostRequests: 1 });
    const client = await connected(url, 'legacy');
    const giveUp = new AbortController();
    const submitting = client.callTool(
      { name: 'submit_goal', arguments: { goal: 'Plan a trip' } },
      { signal: giveUp.signal },
    );
    await baton.stream.isAwaited();
    const refused = await send(url, 'POST', {}, '{}');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    const isFull = async (): Promise<boolean> => (await send(url, 'POST', {}, '{}')).status === 503;
    const cancelling = expect(submitting).rejects.toThrow();
    await client.close();
    giveUp.abort();
    await cancelling;
    await expect.poll(isFull).toBe(false);
  });
});

describe('a server that the network can reach', () => {
  const open = { allowedHosts: ['mcp.example.com'] };

  it('wants a key', async () => {
    const { url } = await served(new FakeBaton(), open);
    expect((await send(url, 'POST', { host: 'mcp.example.com' }, '{}')).status).toBe(401);
  });

  it('passes nothing on to a Baton that wants none', async () => {
    const [own, anonymous] = [new FakeBaton(), new FakeBaton()];
    own.known.set('goal_1', endedGoal('goal_1'));
    const batonFor = (key: string): Baton => (key === '' ? anonymous : own);
    const { url } = await served(new FakeBaton(), { ...open, batonFor });
    const client = await connected(url, 'auto', { authorization: 'Bearer k_1' });
    const call = () => client.callTool({ name: 'get_goal', arguments: { id: 'goal_1' } });
    expect(JSON.stringify(await call())).toContain('This Baton takes requests without a key');
    anonymous.failure = refusal(401, 'unauthorized', 'Send a key that this server knows.');
    expect((await call()).structuredContent).toMatchObject({ id: 'goal_1' });
  });
});

it('says so when it can not listen', async () => {
  const { url } = await served(new FakeBaton());
  const port = Number(new URL(url).port);
  await expect(served(new FakeBaton(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
