/**
 * Traces, as the rest of Baton writes them. Nothing of OpenTelemetry is loaded, and every function here does next to nothing,
 * until a tracer is put in (open-tracing.ts).
 *
 * 1. Nothing here throws or waits, whatever becomes of the traces.
 * 2. A span says what was done, to which goal and task, and how it ended: ids, names, numbers and codes. No text of a goal, a
 *    prompt, an answer or an error gets in, and no key.
 */
import { carrierOf, type TraceCarrier, type TraceText } from './trace-carrier.ts';

export type AttributeValue = string | number | boolean | readonly string[];
/** By name; what is null or undefined is left out. */
export type Attributes = Readonly<Record<string, AttributeValue | null | undefined>>;
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface SpanOptions {
  /** `internal` unless given. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Of this span and those below it in this process. */
  readonly inherited?: Attributes;
  /** Where it goes on from: the active span unless given; null for the beginning of a trace. */
  readonly parent?: TraceCarrier | null;
  /** ms since the epoch; now unless given. */
  readonly startedAt?: number;
}

export interface Span {
  /** False when nobody will see what is written: it is not worth asking for. */
  readonly isRecording: boolean;
  set(attributes: Attributes): void;
  event(name: string, attributes?: Attributes): void;
  /** @param type a code or the name of an error, never its message. */
  fail(type: string): void;
  /** Names another place that this one has to do with. */
  link(to: TraceCarrier | null): void;
  /** What goes on from here elsewhere keeps this. */
  readonly carrier: TraceCarrier | null;
}

export interface OpenSpan extends Span {
  /** What runs in here is below this span. */
  run<T>(work: () => T): T;
  /** @param at ms since the epoch; now unless given. */
  end(at?: number): void;
  rename(name: string): void;
}

export interface Tracer {
  open(name: string, options: SpanOptions): OpenSpan;
  active(): Span | null;
  /** Where what is active now goes on from, with what it was caused by. */
  carrier(): TraceCarrier | null;
  /** Runs `work` as if from that place. Where another trace is active, the two are linked. */
  within<T>(carrier: TraceCarrier, work: () => T): T;
  /** Of the active span; null where there is none, or nobody will see it. */
  ids(): SpanIds | null;
}

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

const noSpan: OpenSpan = Object.freeze({
  isRecording: false,
  carrier: null,
  set: () => undefined,
  event: () => undefined,
  fail: () => undefined,
  link: () => undefined,
  run: <T>(work: () => T) => work(),
  end: () => undefined,
  rename: () => undefined,
});

let tracer: Tracer | null = null;

/** From now on spans go to it; null for nowhere. One per process. */
export function useTracer(next: Tracer | null): void {
  tracer = next;
}

export function isTracing(): boolean {
  return tracer !== null;
}

/** For work whose end is told by an event; whoever opens it ends it. */
export function openSpan(name: string, options: SpanOptions = {}): OpenSpan {
  return tracer?.open(name, options) ?? noSpan;
}

export function activeSpan(): Span {
  return tracer?.active() ?? noSpan;
}

export function activeIds(): SpanIds | null {
  return tracer?.ids() ?? null;
}

/** What a job or a record that belongs to the work under way keeps, or null. */
export function activeTrace(): TraceText | null {
  const carrier = tracer?.carrier() ?? null;
  return carrier && JSON.stringify(carrier);
}

/** Runs `work` as if from that place; as it is, where there is none. */
export function inTrace<T>(carrier: TraceCarrier | null, work: () => T): T {
  return tracer && carrier ? tracer.within(carrier, work) : work();
}

export interface WorkOptions extends SpanOptions {
  /** Which errors are failures of this work; all unless given. */
  readonly failsWith?: (error: unknown) => boolean;
}

/** The name of an error's kind: never its message. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  const { type } = error as { type?: unknown };
  const named = typeof type === 'string' ? type : error.name;
  return /^[\w.-]{1,64}$/.test(named) ? named : '_OTHER';
}

/** The span ends with the work; what the work throws is told by its {@link errorType}. */
export async function inSpan<T>(
  name: string,
  options: WorkOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  if (!tracer) return work(noSpan);
  const span = tracer.open(name, options);
  try {
    return await span.run(() => work(span));
  } catch (error) {
    if (options.failsWith?.(error) ?? true) span.fail(errorType(error));
    throw error;
  } finally {
    span.end();
  }
}

/** The place that the headers of a request name. */
export function carrierOfHeaders(headers: Readonly<Record<string, unknown>>): TraceCarrier | null {
  return carrierOf(headers['traceparent'], headers['tracestate']);
}
