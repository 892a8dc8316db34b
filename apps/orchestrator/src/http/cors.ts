import cors from 'cors';
import type { RequestHandler } from 'express';

/** Seconds for which a browser need not ask again. */
const MAX_AGE = 600;

const answer = cors({
  // Whoever comes here is allowed: see allowOrigins.
  origin: true,
  credentials: false,
  methods: ['GET', 'HEAD', 'POST'],
  allowedHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'Prefer',
    'Last-Event-ID',
    'Accept',
    'Traceparent',
    'Tracestate',
  ],
  exposedHeaders: [
    'Date',
    'Location',
    'Retry-After',
    'Idempotency-Replayed',
    'Preference-Applied',
    'RateLimit',
    'RateLimit-Policy',
    'Baton-Simulated',
    'Traceresponse',
  ],
  maxAge: MAX_AGE,
});

/**
 * Lets pages of these origins, written as browsers send them, read the replies; answers their preflights. Requests of
 * other origins are answered as if they had none, so that a browser keeps the answer from the page.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  const allowed: ReadonlySet<string> = new Set(origins);
  return (request, response, next) => {
    if (allowed.size === 0) return next();
    response.vary('Origin');
    const { origin } = request.headers;
    const isBareOptions =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] === undefined;
    if (origin === undefined || !allowed.has(origin) || isBareOptions) return next();
    return answer(request, response, next);
  };
}
