import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import { errorType, type Tracer } from './tracing.ts';
import { otelTracer } from './otel-tracer.ts';
import type { ExportSettings, SamplerName } from './tracing-settings.ts';

/** Spans that wait to be sent, at the most: those beyond are dropped. */
const MOST_WAITING = 4_096;
/** ms that an export may take, its repetitions included. */
const EXPORT_TIME = 10_000;
/** ms between exports. */
const EXPORT_INTERVAL = 2_000;
/** Characters of an attribute: ids, names and codes are shorter. */
const MOST_CHARACTERS = 256;

function rootSampler(name: SamplerName, share: number): Sampler {
  if (name.endsWith('always_on')) return new AlwaysOnSampler();
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  return new TraceIdRatioBasedSampler(share);
}

function samplerOf(name: SamplerName, share: number): Sampler {
  const root = rootSampler(name, share);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

export interface OpenExport {
  readonly tracer: Tracer;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Told of each export that fails, and of each that doesn't. */
export interface ExportEvents {
  /** @param kind of the error, never its message. */
  failed(kind: string): void;
  sent(): void;
}

function watched(exporter: SpanExporter, events: ExportEvents): SpanExporter {
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.SUCCESS) events.sent();
        else events.failed(kindOf(result.error));
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Of an error of the exporter the HTTP status or the system's code is worth more than its name. */
function kindOf(error: (Error & { code?: unknown }) | undefined): string {
  const code = error?.code;
  return typeof code === 'number' || typeof code === 'string' ? String(code) : errorType(error);
}

/**
 * Spans go to the collector in batches, on the side: what can't be sent is dropped, and nobody waits for it.
 */
export function openExport(
  settings: ExportSettings,
  { service, version }: { readonly service: string; readonly version: string },
  events: ExportEvents,
): OpenExport {
  const exporter = new OTLPTraceExporter({
    url: settings.url,
    headers: { ...settings.headers },
    timeoutMillis: EXPORT_TIME,
  });
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': service,
        'service.version': version,
        ...settings.resource,
        ...(settings.service !== undefined && { 'service.name': settings.service }),
      }),
    ),
    sampler: samplerOf(settings.sampler, settings.share),
    spanLimits: { attributeValueLengthLimit: MOST_CHARACTERS },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: watched(exporter, events),
        maxQueueSize: MOST_WAITING,
        scheduledDelayMillis: EXPORT_INTERVAL,
        exportTimeoutMillis: EXPORT_TIME,
      }),
    ],
  });
  const contexts = new AsyncLocalStorageContextManager().enable();
  return {
    tracer: otelTracer(provider.getTracer('baton', version), contexts),
    async close() {
      await provider.shutdown();
      contexts.disable();
    },
  };
}
