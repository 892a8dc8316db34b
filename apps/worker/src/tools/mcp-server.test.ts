import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '@baton/shared/telemetry/logger';
import { McpServer } from './mcp-server.ts';
import { roughServer } from './testing/rough-server.ts';
import { bookings, travelOverHttp, travelServer } from './testing/travel.ts';
import type { Tool, ToolOutput } from './tool.ts';
import { readToolSettings } from './tool-settings.ts';

function open(settings: object, secrets: readonly string[] = []): McpServer {
  const { settings: read, problems } = readToolSettings({ servers: { travel: settings } });
  expect(problems).toEqual([]);
  const server = read.servers['travel'];
  if (!server) throw new Error('There is no server.');
  const mcp = new McpServer({ name: 'travel', settings: server, secrets });
  onTestFinished(() => mcp.close());
  return mcp;
}

async function tool(server: McpServer, name: string): Promise<Tool> {
  const found = (await server.tools()).find((each) => each.name === `travel/${name}`);
  if (!found) throw new Error(`There is no tool ${name}.`);
  return found;
}

async function call(
  server: McpServer,
  name: string,
  input: object = {},
  signal = new AbortController().signal,
): Promise<ToolOutput> {
  const log = createLogger('test', 'silent');
  return (await tool(server, name)).run(input, { signal, log, idempotencyKey: 'k' });
}

const node = { command: process.execPath, args: [travelServer] };

describe('an MCP server over stdio', () => {
  it('is started when it is needed, with no variable but what it is given, lists its tools by name, and answers', async () => {
    const { file, made } = bookings();
    process.env['BOOKINGS'] = file;
    onTestFinished(() => void delete process.env['BOOKINGS']);
    const server = open({ ...node, env: { TOKEN: 'secret-of-travel' }, idempotent: ['look_*'] });
    const tools = await server.tools();
    expect(tools.map(({ name }) => name)).toEqual(
      ['book', 'die', 'die_again', 'look_up', 'refuse', 'show', 'token', 'wait'].map(
        (name) => `travel/${name}`,
      ),
    );
    expect(await tool(server, 'look_up')).toMatchObject({
      description: 'Tells of a place.',
      idempotent: true,
      timeout: 30_000,
      maxOutput: 20_000,
      inputSchema: { type: 'object', properties: { place: { type: 'string', description: 'A town.' } } },
    });
    expect(await tool(server, 'book')).toMatchObject({ idempotent: false });
    expect(await call(server, 'look_up', { place: 'Faro' })).toEqual({
      text: 'Faro lies by the sea.',
      data: null,
      isError: false,
    });
    expect(await call(server, 'token')).toMatchObject({ text: 'secret-of-travel' });
    expect(await call(server, 'refuse')).toMatchObject({ text: 'Full.', isError: true });
    expect((await call(server, 'show')).text).toBe(
      'The harbour:\n\n[image (image/png) of 300 bytes, left out]',
    );
    await call(server, 'book', { place: 'Faro' });
    expect(made()).toEqual([]);

    const waiting = new AbortController();
    const asked = call(server, 'wait', {}, waiting.signal);
    waiting.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(await call(server, 'look_up', { place: 'Faro' })).toMatchObject({ isError: false });
  });

  it('that dies under a call: what may be called twice is called again, once, the rest is not; later calls start it anew', async () => {
    const { file, made } = bookings();
    const server = open({ ...node, env: { BOOKINGS: file }, idempotent: ['die_again'] });
    await expect(call(server, 'die')).rejects.toThrow(/nobody knows whether the call was carried out/);
    expect(made()).toEqual(['die']);
    await expect(call(server, 'die_again')).rejects.toThrow(/nobody knows/);
    expect(made()).toEqual(['die', 'die_again', 'die_again']);
    expect(await call(server, 'look_up', { place: 'Faro' })).toMatchObject({ isError: false });
  });

  it('that can not be started says so, and what it said, without its secrets', async () => {
    await expect(open({ command: '/nowhere/travel' }).tools()).rejects.toThrow(
      /The MCP server "travel" can't be reached: .*ENOENT/,
    );
    const talking = {
      command: process.execPath,
      args: ['-e', 'console.error("no key secret-of-travel"); process.exit(1)'],
    };
    await expect(open(talking, ['secret-of-travel']).tools()).rejects.toThrow(/it said: no key …$/);
  });
});

describe('an MCP server over HTTP', () => {
  it('answers whoever has its header', async () => {
    const { url } = await travelOverHttp({ TOKEN: 'secret-of-travel' });
    const server = open({ url, headers: { 'x-token': 'secret-of-travel' } });
    expect(await call(server, 'look_up', { place: 'Faro' })).toMatchObject({ text: 'Faro lies by the sea.' });
    await expect(open({ url }).tools()).rejects.toThrow(`The MCP server "travel" can't be reached: HTTP 401`);
  });

  it('that breaks one call off leaves the others to end', async () => {
    const rough = await roughServer();
    const server = open({ url: rough.url, idempotent: ['break'] });
    const arrived = rough.asked('slow');
    const slow = call(server, 'slow');
    await arrived;
    await expect(call(server, 'break')).rejects.toThrow(/nobody knows/);
    await expect(call(server, 'break')).rejects.toThrow(/nobody knows/);
    rough.release();
    expect(await slow).toMatchObject({ text: 'at last' });
  });

  it('may not answer without end', async () => {
    const { url } = await roughServer();
    await expect(call(open({ url }), 'endless')).rejects.toThrow(/longer than \d+ bytes/);
  });

  it('that was away is used again once it is back', async () => {
    const first = await travelOverHttp();
    const server = open({ url: first.url });
    expect(await call(server, 'look_up', { place: 'Faro' })).toMatchObject({ isError: false });
    const known = await tool(server, 'look_up');
    await first.stop();
    const context = {
      signal: new AbortController().signal,
      log: createLogger('test', 'silent'),
      idempotencyKey: 'k',
    };
    await expect(known.run({ place: 'Faro' }, context)).rejects.toThrow(/can't be reached: ECONNREFUSED/);
    await travelOverHttp({}, first.port);
    expect(await known.run({ place: 'Faro' }, context)).toMatchObject({ text: 'Faro lies by the sea.' });
  });
});
