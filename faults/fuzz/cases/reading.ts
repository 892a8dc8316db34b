import { httpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { headerText, strangeText } from '../strange.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

function get(
  path: string,
  expected: Expected,
  headers: readonly (readonly [string, string])[] = [],
  method = 'GET',
): Draft {
  const shown = headers.map(([name]) => name).join(', ');
  return {
    what: `${method} ${path.slice(0, 100)} ${shown}`,
    send: httpRequest(method, path, { headers }),
    expected,
  };
}

const notThere: Expected = { kind: 'refused', status: 404 };

/** JSON with these fields. */
function holding(...names: readonly string[]): Expected {
  return {
    kind: 'ok',
    body: (text) => {
      const value = JSON.parse(text) as Record<string, unknown>;
      const missing = names.filter((name) => !Object.hasOwn(value, name));
      return missing.length === 0 ? null : `the answer has no ${missing.join(', ')}`;
    },
  };
}

function readable({ goalId, waitingGoalId }: World): [string, Expected][] {
  return [
    [`/v1/goals/${goalId}/deliveries`, holding('items')],
    [`/v1/goals/${waitingGoalId}/deliveries`, holding('items')],
    ['/v1/recipes', holding('items')],
    ['/v1/worker-types', holding('items')],
    ['/v1/stats', holding('workerTypes', 'planning', 'synthesis')],
    ['/openapi.json', holding('openapi', 'paths')],
    ['/docs', { kind: 'ok' }],
    ['/docs/start.js', { kind: 'ok' }],
  ];
}

function byHand(world: World): Draft[] {
  const { waitingGoalId } = world;
  return [
    ...readable(world).map(([path, expected]) => get(path, expected)),
    ...readable(world).map(([path]) => get(path, { kind: 'ok' }, [], 'HEAD')),
    ...readable(world).map(([path]) =>
      get(`${path}?zebra=1&__proto__=2&%00`, { kind: 'one-of', statuses: [200, 400] }),
    ),
    get(`/v1/goals/${waitingGoalId}/output`, { kind: 'refused', status: 409 }),
    get(`/v1/goals/${waitingGoalId}/plan`, { kind: 'ok' }),
    get(`/v1/goals/${waitingGoalId}/deliveries/x`, notThere),
    get('/docs/', { kind: 'answered' }),
    ...[
      '/docs/x',
      '/docs/swagger-ui-0.0.0.js',
      '/docs/package.json',
      '/docs/%2e%2e/package.json',
      '/docs/..%2fmain.js',
    ].map((path) => get(path, notThere)),
    ...['/docs/../v1/stats', '/docs//start.js', '/docs/start.js/', '/docs/%00'].map((path) =>
      get(path, { kind: 'answered' }),
    ),
    ...['/v1/stats/x', '/v1/recipes/report', '/v1/plans/x', '/v1/goals/batch/x', '/v1/plans/validate/x'].map(
      (path) => get(path, notThere),
    ),
    ...['/v1/plans', '/v1/plans/validate', '/v1/goals/batch'].map((path) =>
      get(path, { kind: 'refused', status: 405 }),
    ),
  ];
}

function generate(random: Random, world: World): Draft {
  const [path] = random.pick(readable(world));
  const name = random.pick([
    'Accept',
    'Last-Event-ID',
    'Prefer',
    'Idempotency-Key',
    'If-None-Match',
    'Range',
    'Origin',
  ]);
  const text = headerText(strangeText(random));
  const query = random.chance(0.5)
    ? `?${encodeURIComponent(strangeText(random).toWellFormed()).slice(0, 2_000)}`
    : '';
  return get(`${path}${query}`, { kind: 'answered' }, [[name, text]], random.pick(['GET', 'GET', 'HEAD']));
}

export const readingFamily: Family = { name: 'reading', byHand, generate };
