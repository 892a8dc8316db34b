import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import { propagation, trace } from '@opentelemetry/api';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { openTracing, type Tracing } from './open-tracing.ts';
import { inSpan, isTracing } from './tracing.ts';
import type { TracingSettings } from './tracing-settings.ts';

interface Sent {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const opened: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

async function collector(status: () => number): Promise<{ url: string; sent: Sent[]; server: Server }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      sent.push({ path: request.url, headers: request.headers, body });
      response.writeHead(status(), { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({ stop: () => (server.closeAllConnections(), server.close()) });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent, server };
}

async function open(
  settings: Partial<TracingSettings>,
): Promise<{ tracing: Tracing; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', 'info', { write: (line) => lines.push(JSON.parse(line)) });
  const tracing = await openTracing(
    {
      OTEL_SDK_DISABLED: false,
      OTEL_EXPORTER_OTLP_HEADERS: {},
      OTEL_RESOURCE_ATTRIBUTES: {},
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
      ...settings,
    },
    'baton-test',
    logger,
  );
  opened.push(tracing);
  return { tracing, lines };
}

const work = (): Promise<void> =>
  inSpan('work', { attributes: { long: 'x'.repeat(1_000) } }, async () => undefined);

describe('tracing', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_SAMPLER: 'always_off' as const },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: true },
  ])('is off with %j', async (settings) => {
    const { tracing } = await open(settings);
    expect(isTracing()).toBe(false);
    await tracing.stop();
  });

  it('registers nothing that libraries would find, and trace by themselves', async () => {
    const { url } = await collector(() => 200);
    const { tracing } = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    await inSpan('work', {}, async () => {
      expect(trace.getActiveSpan()).toBeUndefined();
      expect(trace.getTracer('library').startSpan('own').isRecording()).toBe(false);
      expect(propagation.fields()).toEqual([]);
    });
    await tracing.stop();
  });

  it('sends what is left when it stops, to the address below the one given, with its headers', async () => {
    const { url, sent } = await collector(() => 200);
    const { tracing, lines } = await open({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/otlp/`,
      OTEL_EXPORTER_OTLP_HEADERS: { authorization: 'Bearer key' },
      OTEL_SERVICE_NAME: 'named',
      OTEL_RESOURCE_ATTRIBUTES: { 'deployment.environment.name': 'test' },
    });
    await work();
    await tracing.stop();
    await tracing.stop();
    expect(isTracing()).toBe(false);
    expect(sent).toMatchObject([{ path: '/otlp/v1/traces', headers: { authorization: 'Bearer key' } }]);
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      resourceSpans: [{ scopeSpans: [{ spans: [{}] }] }],
    });
    for (const word of ['named', 'deployment.environment.name', 'work'])
      expect(sent[0]?.body).toContain(word);
    expect(sent[0]?.body).not.toContain('x'.repeat(257));
    expect(lines).toEqual([]);
  });

  it.each([
    [undefined, {}, 'baton-test'],
    [undefined, { 'service.name': 'of-attributes' }, 'of-attributes'],
    ['of-its-own', { 'service.name': 'of-attributes' }, 'of-its-own'],
  ])('is named by %j, then by %j, as OpenTelemetry has it', async (name, attributes, expected) => {
    const { url, sent } = await collector(() => 200);
    const { tracing } = await open({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_SERVICE_NAME: name,
      OTEL_RESOURCE_ATTRIBUTES: attributes,
    });
    await work();
    await tracing.stop();
    const { resourceSpans } = JSON.parse(sent[0]?.body ?? '') as {
      resourceSpans: { resource: { attributes: unknown[] } }[];
    };
    expect(resourceSpans[0]?.resource.attributes).toEqual(
      expect.arrayContaining([
        { key: 'service.name', value: { stringValue: expected } },
        { key: 'telemetry.sdk.language', value: { stringValue: 'nodejs' } },
      ]),
    );
  });

  it('warns once, by the kind of the error, while the collector takes nothing, and says when it does again', async () => {
    let status = 400;
    const { url, sent } = await collector(() => status);
    const { tracing, lines } = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    // An export is begun by as many spans as it holds at the most.
    const exportOne = async (): Promise<void> => {
      const before = sent.length;
      for (let n = 0; n < 512; n += 1) await work();
      await expect.poll(() => sent.length).toBe(before + 1);
    };
    await exportOne();
    await expect.poll(() => lines.length).toBe(1);
    await exportOne();
    status = 200;
    await exportOne();
    await expect.poll(() => lines.length).toBe(2);
    expect(lines).toMatchObject([
      { level: 40, host: new URL(url).host, status: '400' },
      { level: 30, msg: 'traces are sent again' },
    ]);
    await tracing.stop();
  });

  it('holds up nothing when there is no collector', async () => {
    const { url, server } = await collector(() => 200);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const { tracing, lines } = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    for (let n = 0; n < 4_200; n += 1) await work();
    const begun = performance.now();
    await tracing.stop();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(lines.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['traceidratio', 0, 0],
    ['traceidratio', 1, 1],
    ['parentbased_traceidratio', 0, 0],
    ['parentbased_always_off', 1, 0],
    ['always_on', 0, 1],
  ] as const)('samples by %s %d', async (sampler, share, exports) => {
    const { url, sent } = await collector(() => 200);
    const { tracing } = await open({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: share,
    });
    await work();
    await tracing.stop();
    expect(sent).toHaveLength(exports);
  });
});
