import { METHODS } from 'node:http';
import { httpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

const noMethods = [
  'FOO',
  'get',
  'Post',
  'G',
  'GETT',
  'GET\0',
  '',
  'G T',
  '\xff',
  'x'.repeat(9_000),
  'POST/',
  '__PROTO__',
  '-',
  'PRI',
];

function send(method: string, path: string, expected: Expected): Draft {
  return {
    what: `${JSON.stringify(method.slice(0, 20))} ${path}`,
    send: httpRequest(method, path, { framing: 'as-given' }),
    expected,
  };
}

function expectedOf(method: string, takes: readonly string[]): Expected {
  if (takes.includes(method) || method === 'HEAD' || method === 'OPTIONS') return { kind: 'answered' };
  return { kind: 'refused', ...(method !== 'CONNECT' && { status: 405 }) };
}

function byHand({ routes, goalId }: World): Draft[] {
  const known = METHODS.flatMap((method) => {
    const ofGoals = routes.filter(({ path }) => path === '/v1/goals').map((route) => route.method);
    return [
      send(method, '/v1/goals', expectedOf(method, ofGoals)),
      send(method, `/v1/goals/${goalId}`, expectedOf(method, ['GET'])),
      send(method, `/v1/goals/${goalId}/plan`, expectedOf(method, ['GET'])),
      send(method, `/v1/goals/${goalId}/feedback`, expectedOf(method, ['POST'])),
      send(method, `/v1/goals/${goalId}/deliveries`, expectedOf(method, ['GET'])),
      send(method, '/v1/goals/batch', expectedOf(method, ['POST'])),
      send(method, '/v1/plans', expectedOf(method, ['POST'])),
      send(method, '/v1/plans/validate', expectedOf(method, ['POST'])),
      send(method, '/v1/stats', expectedOf(method, ['GET'])),
      send(method, '/v1/recipes', expectedOf(method, ['GET'])),
      send(method, '/docs', { kind: 'answered' }),
      send(method, '/livez', { kind: 'answered' }),
      send(method, '/openapi.json', { kind: 'answered' }),
    ];
  });
  return [...known, ...noMethods.map((method) => send(method, '/v1/goals', { kind: 'refused' }))];
}

function generate(random: Random, { routes, goalId }: World): Draft {
  const route = random.pick(routes);
  const path = route.path.replace('{goalId}', goalId).replaceAll(/\{\w+\}/g, 'a');
  const taken = new Set(routes.filter((other) => other.path === route.path).map(({ method }) => method));
  const method = random.chance(0.1)
    ? random.pick(noMethods)
    : random.pick(METHODS.filter((one) => !taken.has(one)));
  return send(method, path, { kind: 'answered' });
}

export const methodsFamily: Family = { name: 'methods', byHand, generate };
