import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface SentValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly SentValue[] };
}
type SentAttributes = readonly { readonly key: string; readonly value: SentValue }[];
interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: SentAttributes;
  readonly events?: readonly { readonly name: string; readonly attributes?: SentAttributes }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SentAttributes };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

type Attributes = Readonly<Record<string, unknown>>;

export interface CollectedSpan {
  readonly traceId: string;
  readonly id: string;
  /** '' for the first of a trace. */
  readonly parentId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly service: string;
  /** Of the process that sent it. */
  readonly from: unknown;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** Ids of spans. */
  readonly links: readonly string[];
  readonly isFailed: boolean;
}

function plain(value: SentValue): unknown {
  const { stringValue, intValue, doubleValue, boolValue, arrayValue } = value;
  if (intValue !== undefined) return Number(intValue);
  if (arrayValue !== undefined) return arrayValue.values.map(plain);
  return stringValue ?? doubleValue ?? boolValue;
}

function plainAll(attributes: SentAttributes = []): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function spansOf({ resourceSpans }: Sent): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const about = plainAll(resource.attributes);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        traceId: span.traceId,
        id: span.spanId,
        parentId: span.parentSpanId ?? '',
        name: span.name,
        kind: span.kind,
        service: String(about['service.name']),
        from: about['process.pid'],
        attributes: plainAll(span.attributes),
        events: (span.events ?? []).map((event) => ({
          name: event.name,
          attributes: plainAll(event.attributes),
        })),
        links: (span.links ?? []).map(({ spanId }) => spanId),
        isFailed: span.status?.code === 2,
      }));
  });
}

/** A collector that takes OTLP over HTTP, as JSON, and keeps all of it. */
export class OtlpCollector {
  readonly #bodies: string[] = [];
  readonly #keys = new Set<string | undefined>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void (async () => {
        this.#keys.add(request.headers.authorization);
        this.#bodies.push(await text(request));
        const isRight = request.method === 'POST' && request.url === '/v1/traces';
        response.writeHead(isRight ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
      })();
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What came in the header `authorization`. */
  get keys(): readonly (string | undefined)[] {
    return [...this.#keys];
  }

  /** All that it was sent, as it came. */
  get raw(): string {
    return this.#bodies.join('\n');
  }

  spans(traceId?: string): CollectedSpan[] {
    const all = this.#bodies.flatMap((body) => spansOf(JSON.parse(body) as Sent));
    return traceId === undefined ? all : all.filter((span) => span.traceId === traceId);
  }
}
