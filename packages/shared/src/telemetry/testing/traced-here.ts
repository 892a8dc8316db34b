import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { otelTracer } from '../otel-tracer.ts';
import { useTracer } from '../tracing.ts';

export interface SpanSeen {
  readonly name: string;
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: unknown }[];
  /** Ids of spans. */
  readonly links: readonly string[];
  readonly isFailed: boolean;
}

/** Everything in this process is traced until it is closed. */
export interface TracedHere {
  /** Those that have ended, in that order. */
  spans(): SpanSeen[];
  close(): void;
}

export function tracedHere(): TracedHere {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const contexts = new AsyncLocalStorageContextManager().enable();
  useTracer(otelTracer(provider.getTracer('test'), contexts));
  return {
    spans: () =>
      exporter.getFinishedSpans().map((span) => ({
        name: span.name,
        traceId: span.spanContext().traceId,
        id: span.spanContext().spanId,
        parentId: span.parentSpanContext?.spanId ?? null,
        kind: (SpanKind[span.kind] ?? '').toLowerCase(),
        attributes: span.attributes,
        events: span.events.map(({ name, attributes = {} }) => ({ name, attributes })),
        links: span.links.map((link) => link.context.spanId),
        isFailed: span.status.code === SpanStatusCode.ERROR,
      })),
    close() {
      useTracer(null);
      contexts.disable();
    },
  };
}
