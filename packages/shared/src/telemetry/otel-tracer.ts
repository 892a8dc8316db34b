/**
 * The only file, with its exporter, that knows OpenTelemetry. It is loaded when tracing is set up, and not before.
 *
 * Nothing is registered as the process's own tracer, context or propagator: libraries that look for one would add spans of
 * theirs, with texts in them, and send trace ids to others. The SDK that calls models is one of those.
 */
import {
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes as OtelAttributes,
  type Context,
  type ContextManager,
  type Span as OtelSpan,
  type SpanContext,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { carrierOf, traceIdOf, type TraceCarrier } from './trace-carrier.ts';
import type { Attributes, OpenSpan, SpanOptions, Tracer } from './tracing.ts';

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const propagator = new W3CTraceContextPropagator();
/** What spans below get besides their own. */
const INHERITED = createContextKey('baton.inherited');
/** The `traceparent` of the span in another trace that has caused what runs now. */
const CAUSE = createContextKey('baton.cause');

const getter = {
  keys: (carrier: TraceCarrier) => Object.keys(carrier),
  get: (carrier: TraceCarrier, name: string) =>
    name === 'traceparent' || name === 'tracestate' ? carrier[name] : undefined,
};
const setter = {
  set(carrier: Record<string, string>, name: string, value: string) {
    carrier[name] = value;
  },
};

/** What is malformed leads nowhere. */
function contextOf(carrier: TraceCarrier): Context {
  return propagator.extract(ROOT_CONTEXT, carrier, getter);
}

function placeOf(carrier: TraceCarrier | null): SpanContext | undefined {
  return carrier === null ? undefined : trace.getSpanContext(contextOf(carrier));
}

function carrierIn(at: Context): TraceCarrier | null {
  const headers: Record<string, string> = {};
  propagator.inject(at, headers, setter);
  return carrierOf(headers['traceparent'], headers['tracestate'], at.getValue(CAUSE));
}

function isWritten(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function written(attributes: Attributes): OtelAttributes {
  if (Object.values(attributes).every(isWritten)) return attributes as OtelAttributes;
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => isWritten(value)),
  ) as OtelAttributes;
}

/** A tracer, and what knows in which context code runs. */
interface Otel {
  readonly tracer: OtelTracer;
  readonly contexts: ContextManager;
}

function spanIn({ contexts }: Otel, span: OtelSpan, at: Context): OpenSpan {
  return {
    isRecording: span.isRecording(),
    get carrier() {
      return carrierIn(at);
    },
    set: (attributes) => void span.setAttributes(written(attributes)),
    event: (name, attributes = {}) => void span.addEvent(name, written(attributes)),
    fail(type) {
      span.setAttribute('error.type', type);
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    link(to) {
      const linked = placeOf(to);
      if (linked) span.addLink({ context: linked });
    },
    run: (work) => contexts.with(at, work),
    end: (endedAt) => span.end(endedAt),
    rename: (name) => void span.updateName(name),
  };
}

function startedUnder({ contexts }: Otel, parent: SpanOptions['parent']): Context {
  if (parent === undefined) return contexts.active();
  return parent === null ? ROOT_CONTEXT : contextOf(parent);
}

function open(otel: Otel, name: string, options: SpanOptions): OpenSpan {
  const { kind = 'internal', parent, attributes, inherited, startedAt } = options;
  const under = startedUnder(otel, parent);
  const causedBy = parent?.link ?? under.getValue(CAUSE);
  const cause = causedBy === undefined ? undefined : placeOf(carrierOf(causedBy));
  const span = otel.tracer.startSpan(
    name,
    {
      kind: kinds[kind],
      ...(cause !== undefined && { links: [{ context: cause }] }),
      ...(startedAt !== undefined && { startTime: startedAt }),
    },
    under,
  );
  // What nobody will see is not worth its attributes.
  if (!span.isRecording()) return spanIn(otel, span, trace.setSpan(under, span));
  const above = under.getValue(INHERITED) as Attributes | undefined;
  const all = inherited === undefined ? above : { ...above, ...inherited };
  if (all !== undefined) span.setAttributes(written(all));
  if (attributes !== undefined) span.setAttributes(written(attributes));
  const caused = causedBy === undefined ? under : under.deleteValue(CAUSE);
  const at = inherited === undefined ? caused : caused.setValue(INHERITED, all);
  return spanIn(otel, span, trace.setSpan(at, span));
}

/** @param contexts enabled. */
export function otelTracer(tracer: OtelTracer, contexts: ContextManager): Tracer {
  const otel: Otel = { tracer, contexts };
  return {
    open: (name, options) => open(otel, name, options),
    active() {
      const at = contexts.active();
      const span = trace.getSpan(at);
      return span ? spanIn(otel, span, at) : null;
    },
    carrier: () => carrierIn(contexts.active()),
    within(carrier, work) {
      const active = contexts.active();
      const [span, here] = [trace.getSpan(active), carrierIn(active)];
      const there = contextOf(carrier);
      const isElsewhere = here !== null && traceIdOf(here) !== traceIdOf(carrier);
      const place = trace.getSpanContext(there);
      if (!isElsewhere || !place) return contexts.with(there, work);
      span?.addLink({ context: place });
      return contexts.with(there.setValue(CAUSE, here.traceparent), work);
    },
    ids() {
      const at = trace.getSpanContext(contexts.active());
      if (!at || (at.traceFlags & TraceFlags.SAMPLED) === 0) return null;
      return { traceId: at.traceId, spanId: at.spanId };
    },
  };
}
