import type { Json } from './json.ts';

interface Header {
  readonly description: string;
  readonly schema: Json;
  readonly example?: string;
}

const text = { type: 'string' } as const;
const seconds = { type: 'string', pattern: '^[0-9]+$' } as const;

/** Headers that requests may have. The page at `/docs` fills in an `example`: only those have one that every request may send. */
const requestHeaders = {
  'Idempotency-Key': {
    description:
      'A name of your own for this request, such as a UUID, kept for 24 hours: the same key and body give the same goal again, ' +
      'so that a request whose reply was lost can be repeated.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' },
  },
  Prefer: {
    description: '`wait=30` waits up to 30 s for the end of the goal; 60 s at most.',
    schema: text,
    example: 'wait=30',
  },
  'Last-Event-ID': {
    description: 'Only events after the one with this id, such as `7`.',
    schema: { type: 'string', pattern: '^[0-9]{1,15}$' },
  },
} as const satisfies Record<string, Header>;
export type RequestHeader = keyof typeof requestHeaders;

/** Headers of Baton's own that replies may have. */
const replyHeaders = {
  Location: {
    description: 'The path of the goal.',
    schema: text,
    example: '/v1/goals/goal_9t0qp7k14knx1wc5d2rr',
  },
  'Idempotency-Replayed': {
    description: 'The Idempotency-Key was known: this is the goal of the first request, as it is now.',
    schema: { type: 'string', const: 'true' },
  },
  'Preference-Applied': {
    description: 'The wait that was applied, in seconds.',
    schema: { type: 'string', pattern: '^wait=[0-9]+$' },
    example: 'wait=30',
  },
  'Baton-Simulated': {
    description: 'Some of this came from the emulator instead of a model.',
    schema: { type: 'string', const: 'true' },
  },
  'Content-Disposition': {
    description: 'The name of the table as a file.',
    schema: text,
    example: 'attachment; filename="usage_2026-03-01_2026-03-31.csv"',
  },
  'Retry-After': { description: 'Try again after so many seconds.', schema: seconds, example: '5' },
  RateLimit: {
    description: 'Requests that this key has left (`r`) until its window ends (`t`, in seconds).',
    schema: text,
    example: '"60000-in-1min"; r=59999; t=60',
  },
  'RateLimit-Policy': {
    description: 'Requests (`q`) that a key may make in a window (`w`, in seconds).',
    schema: text,
    example: '"60000-in-1min"; q=60000; w=60',
  },
  Allow: { description: 'Methods that this path takes.', schema: text, example: 'GET, POST' },
  'WWW-Authenticate': { description: 'How to send a key.', schema: { type: 'string', const: 'Bearer' } },
} as const satisfies Record<string, Header>;
export type ReplyHeader = keyof typeof replyHeaders;

const inComponents = (name: string): string => name.replaceAll('-', '');

export function headerParameters(): Json {
  return Object.fromEntries(
    Object.entries(requestHeaders).map(([name, header]) => [
      inComponents(name),
      { name, in: 'header', ...header },
    ]),
  );
}

export function headerParameter(name: RequestHeader): Json {
  return { $ref: `#/components/parameters/${inComponents(name)}` };
}

/** `components.headers`. */
export function headerComponents(): Json {
  return Object.fromEntries(
    Object.entries(replyHeaders).map(([name, header]) => [inComponents(name), header]),
  );
}

/** What tells a key its rate limit. */
export const rateLimitHeaders: readonly ReplyHeader[] = ['RateLimit', 'RateLimit-Policy'];

export function headersOf(names: readonly ReplyHeader[]): Json {
  return Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${inComponents(name)}` }]),
  );
}
