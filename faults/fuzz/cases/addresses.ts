import { httpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { inheritedNames, strangeText } from '../strange.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

const refused: Expected = { kind: 'refused' };

function get(path: string, expected: Expected = refused, method = 'GET'): Draft {
  return { what: `${method} ${path.slice(0, 100)}`, send: httpRequest(method, path), expected };
}

/** Ids that no goal and no task has, as they stand in an address. */
function strangeIds({ goalId }: World): string[] {
  return [
    ...inheritedNames,
    `${goalId}:tasks`,
    `${goalId}:events`,
    `${goalId}:journal`,
    `${goalId}%3Aevents`,
    `${goalId}%3Ajournal`,
    `${goalId}%00`,
    `${goalId}%20`,
    `${goalId}%0a`,
    `${goalId}%0d%0ax-injected:%201`,
    goalId.toUpperCase(),
    `%${goalId.codePointAt(0)?.toString(16)}${goalId.slice(1, -1)}`,
    goalId.slice(0, -1),
    `${goalId}0`,
    `goal_${'0'.repeat(20)}`,
    'goal_',
    'x',
    '0',
    '-1',
    '*',
    '%2a',
    '%2f',
    '%2F..%2F',
    '..%2f..%2fetc%2fpasswd',
    '%252e%252e',
    '%00',
    '%c0%af',
    '%e4%b8%ad',
    '%f0%9f%98%80',
    '%ed%a0%80',
    '%',
    '%zz',
    '%E0%A4%A',
    '{baton}',
    '$%7Bjndi%7D',
    "'%20OR%201=1",
    ';a=b',
    '@',
    'a%3Fb%23c',
    'x'.repeat(1_000),
    'x'.repeat(14_000),
    '%00'.repeat(4_000),
  ];
}

const parts = [
  '',
  '/plan',
  '/tasks',
  '/tasks/a',
  '/output',
  '/events',
  '/deliveries',
  '/approve',
  '/reject',
  '/retry',
  '/feedback',
  '/nothing',
  '/tasks/a/b',
  '//',
  '/.',
];

function byHand(world: World): Draft[] {
  const { goalId } = world;
  const ids = strangeIds(world);
  return [
    ...ids.map((id) => get(`/v1/goals/${id}`)),
    ...ids.map((id) => get(`/v1/goals/${id}/events`)),
    ...['cancel', 'retry', 'approve', 'reject', 'feedback'].flatMap((step) =>
      ids.map((id) => get(`/v1/goals/${id}/${step}`, refused, 'POST')),
    ),
    ...ids.map((id) => get(`/v1/goals/${id}/deliveries`)),
    ...ids.map((id) => get(`/v1/goals/${goalId}/tasks/${id}`)),
    get(`/v1/goals/${goalId}`, { kind: 'ok' }),
    get(`/v1/goals/${goalId}/`, { kind: 'answered' }),
    get(`/V1/GOALS/${goalId}`, { kind: 'answered' }),
    get(`//v1/goals/${goalId}`),
    get(`/v1//goals/${goalId}`),
    get(`/v1/./goals/${goalId}`),
    get(`/v1/x/../goals/${goalId}`),
    get(`/v1/goals/../goals/${goalId}`),
    get(`/v1/goals/${goalId}/..`),
    get(`/v1/goals/${goalId}#fragment`, { kind: 'answered' }),
    get('/v1'),
    get('/v1/'),
    get('/'),
    get('//'),
    get('///'),
    get('/%'),
    get('/%2e%2e'),
    get('/..'),
    get('/.env'),
    get('/favicon.ico'),
    get('/docs', { kind: 'answered' }),
    get('/openapi.json', { kind: 'ok' }),
    get('/openapi.json/', { kind: 'answered' }),
    get('/openapi.jsonx'),
    get('/v1/openapi.json'),
    get('/livez', { kind: 'ok' }),
    get('/livez/', { kind: 'answered' }),
    get('/livez/x'),
    get('/LIVEZ', { kind: 'answered' }),
    get('http://example.org/v1/goals', { kind: 'answered' }),
    get('http://127.0.0.1/v1/goals', { kind: 'answered' }),
    get('http://', { kind: 'answered' }),
    get('http://[', { kind: 'answered' }),
    get('http://user:pass@127.0.0.1/', { kind: 'answered' }),
    get('*'),
    get('/v1/goals\\..\\..'),
    get('/v1/goals/\xff\xfe'),
    get('/v1/goals/é'),
    get(`/${'a/'.repeat(5_000)}`),
    get(`/v1/goals/${'x'.repeat(60_000)}`, { kind: 'answered-or-cut' }),
    get('/admin/queues', { kind: 'answered' }),
    get('/admin/queues/', { kind: 'answered' }),
    get('/admin/queues/../../v1/goals'),
    get('/admin/queues/static/..%2f..%2fpackage.json', { kind: 'answered' }),
  ];
}

function escaped(random: Random, text: string): string {
  const encode = (part: string): string => encodeURIComponent(part.toWellFormed());
  return random.chance(0.8) ? encode(text) : encode(encode(text));
}

/** Any route with a strange id; or a route that is nearly one. */
function generate(random: Random, world: World): Draft {
  const { goalId, routes } = world;
  const strange = random.chance(0.5)
    ? random.pick(strangeIds(world))
    : escaped(random, `${strangeText(random)}~`);
  const suffix = random.pick(parts);
  const method = random.pick(['GET', 'GET', 'GET', 'HEAD', 'POST']);
  if (random.chance(0.2)) return get(`/v1/goals/${goalId}/tasks/${strange}`, refused);
  if (random.chance(0.2)) {
    const { path } = random.pick(routes);
    const at = random.int(1, path.length - 1);
    const nearly = `${path.slice(0, at)}${random.pick(['x', '/', '%20', '.', '-'])}${path.slice(at)}`;
    return get(nearly.replaceAll(/[{}]/g, ''), { kind: 'answered' });
  }
  return get(`/v1/goals/${strange}${suffix}`, refused, method);
}

export const addressesFamily: Family = { name: 'addresses', byHand, generate };
