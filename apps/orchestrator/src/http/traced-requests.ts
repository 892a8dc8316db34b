import type { Request, RequestHandler } from 'express';
import { carrierOfHeaders, isTracing, openSpan } from '@baton/shared/telemetry/tracing';

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function routeOf({ route, baseUrl }: Request): string | null {
  const matched = route as { path: string } | undefined;
  return matched ? `${baseUrl}${matched.path}` : null;
}

/**
 * A request as a span, in the trace of its `traceparent`; one that is malformed counts as none, as W3C Trace Context says. What
 * only reads is traced where its client traces it: polls and probes begin no traces.
 */
export const traceRequests: RequestHandler = (request, response, next) => {
  const { method, headers } = request;
  if (!isTracing() || (reading.has(method) && headers['traceparent'] === undefined)) {
    next();
    return;
  }
  const span = openSpan(method, {
    kind: 'server',
    parent: carrierOfHeaders(headers),
    attributes: { 'http.request.method': method, 'url.scheme': request.protocol },
  });
  // Of W3C Trace Context, level 2: a client without tracing of its own learns which trace to look for.
  if (span.carrier) response.setHeader('traceresponse', span.carrier.traceparent);
  response.once('close', () => {
    // Who has left before an answer was given none: Node would have it be 200.
    const status = response.headersSent ? response.statusCode : null;
    const route = routeOf(request);
    if (route !== null) span.rename(`${method} ${route}`);
    span.set({ 'http.route': route, 'http.response.status_code': status });
    if (status !== null && status >= 500) span.fail(String(status));
    span.end();
  });
  span.run(next);
};
