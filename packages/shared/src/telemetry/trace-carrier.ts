/**
 * A place in a trace, as records and jobs keep it: the two headers of W3C Trace Context, by their names. BullMQ's own
 * tracing writes the same into a job's metadata.
 */
export interface TraceCarrier {
  readonly traceparent: string;
  readonly tracestate?: string;
  /** The `traceparent` of what caused the work from another trace. */
  readonly link?: string;
}

/** JSON, as {@link TraceCarrier} is kept. */
export type TraceText = string;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Null for what is none. Whether the ids in it are any is for whoever goes on from there. */
export function readCarrier(text: TraceText | null | undefined): TraceCarrier | null {
  if (text == null) return null;
  try {
    const { traceparent, tracestate, link } = (JSON.parse(text) ?? {}) as Record<string, unknown>;
    return carrierOf(traceparent, tracestate, link);
  } catch {
    return null;
  }
}

/** Of what a request's headers or a record hold. */
export function carrierOf(traceparent: unknown, tracestate?: unknown, link?: unknown): TraceCarrier | null {
  const parent = textOf(traceparent);
  if (parent === undefined) return null;
  const [state, cause] = [textOf(tracestate), textOf(link)];
  return {
    traceparent: parent,
    ...(state !== undefined && { tracestate: state }),
    ...(cause !== undefined && { link: cause }),
  };
}

/** The 32 hex digits that name its trace, or null. */
export function traceIdOf(carrier: TraceCarrier | null): string | null {
  return /^[\da-f]{2}-([\da-f]{32})-/.exec(carrier?.traceparent ?? '')?.[1] ?? null;
}
