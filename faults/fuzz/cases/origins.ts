import { httpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { headerText, strangeText } from '../strange.ts';
import type { Draft, Expected, Family, HeadersCheck, Target, World } from './fuzz-case.ts';

type Headers = readonly (readonly [name: string, value: string])[];

const ALLOWS = 'access-control-allow-origin';

/** An answer allows the one origin that may use the API, and nobody else, whatever is asked. */
function unlessAllowing(origin: string | null): HeadersCheck {
  return (headers) => {
    const said = headers.get(ALLOWS) ?? null;
    if (headers.has('access-control-allow-credentials')) return 'credentials are allowed';
    return said === origin ? null : `${ALLOWS}: ${String(said)} in place of ${String(origin)}`;
  };
}

function ask(
  method: string,
  path: string,
  target: Target,
  headers: Headers,
  allowed: string | null,
  expected: Expected = { kind: 'answered' },
): Draft {
  const shown = headers.map(([name, value]) => `${name}: ${value}`).join(', ');
  return {
    what: `${method} ${path} of ${target} with ${shown.slice(0, 120)}`,
    target,
    send: httpRequest(method, path, { headers }),
    expected,
    headers: unlessAllowing(allowed),
  };
}

function others(origin: string): string[] {
  return [
    '',
    'null',
    '*',
    `${origin}.evil.example`,
    `${origin}/`,
    `${origin}:443`,
    `${origin} `.repeat(2),
    `x${origin}`,
    origin.toUpperCase(),
    origin.replace('https', 'http'),
    `${origin},${origin}`,
    `${origin}, https://evil.example`,
    'https://evil.example',
    'file://',
    '\xff',
    'x'.repeat(8_000),
    '__proto__',
  ].map((text) => text.trim());
}

const paths = ['/v1/goals', '/v1/goals/batch', '/v1/plans', '/v1/stats', '/v1/nothing', '/openapi.json'];
const preflight = (origin: string): Headers => [
  ['Origin', origin],
  ['Access-Control-Request-Method', 'POST'],
  ['Access-Control-Request-Headers', 'authorization,idempotency-key'],
];

function byHand({ origin, keys }: World): Draft[] {
  const key = ['Authorization', `Bearer ${keys.read}`] as const;
  const refused: Expected = { kind: 'refused' };
  return [
    ...paths.map((path) =>
      ask('OPTIONS', path, 'keyed', preflight(origin), origin, { kind: 'one-of', statuses: [204] }),
    ),
    ...paths.slice(0, -1).map((path) => ask('OPTIONS', path, 'open', preflight(origin), null, refused)),
    ...others(origin).flatMap((other) => [
      ask('OPTIONS', '/v1/goals', 'keyed', preflight(other), null, refused),
      ask('GET', '/v1/recipes', 'keyed', [['Origin', other], key], null, { kind: 'ok' }),
    ]),
    ask('GET', '/v1/recipes', 'keyed', [['Origin', origin], key], origin, { kind: 'ok' }),
    ask('GET', '/v1/recipes', 'keyed', [['Origin', origin]], origin, { kind: 'refused', status: 401 }),
    ask('GET', '/v1/recipes', 'open', [['Origin', origin]], null, { kind: 'ok' }),
    ask('OPTIONS', '/v1/goals', 'keyed', [['Origin', origin]], null, refused),
    ask(
      'OPTIONS',
      '/v1/goals',
      'keyed',
      [...preflight(origin), ['Origin', 'https://evil.example']],
      null,
      refused,
    ),
    ask('OPTIONS', '/livez', 'keyed', preflight(origin), null),
    ask('OPTIONS', '/docs', 'keyed', preflight(origin), null),
  ];
}

function generate(random: Random, { origin, keys }: World): Draft {
  const isAllowed = random.chance(0.3);
  const other = random.chance(0.5)
    ? random.pick(others(origin))
    : `${headerText(strangeText(random)).slice(0, 4_000)}.`;
  const sent = isAllowed ? origin : other;
  const asked = headerText(strangeText(random)).slice(0, 4_000);
  const headers: Headers = [
    ['Origin', sent],
    ['Access-Control-Request-Method', random.pick(['POST', 'GET', 'DELETE', `${asked}x`])],
    ['Access-Control-Request-Headers', asked],
    ['Authorization', `Bearer ${keys.read}`],
  ];
  const method = random.pick(['OPTIONS', 'GET', 'HEAD']);
  return ask(method, random.pick(paths), 'keyed', headers, isAllowed ? origin : null);
}

export const originsFamily: Family = { name: 'origins', byHand, generate };
