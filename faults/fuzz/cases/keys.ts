import { httpRequest, jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { headerText, strangeText } from '../strange.ts';
import { REFUSED_GOAL } from './bodies.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

const unauthorized: Expected = { kind: 'refused', status: 401 };

function call(method: string, path: string, authorization: readonly string[], expected: Expected): Draft {
  const headers = authorization.map((value) => ['Authorization', value] as const);
  const body = JSON.stringify({ goal: REFUSED_GOAL });
  const send =
    method === 'POST' ? jsonRequest(method, path, body, headers) : httpRequest(method, path, { headers });
  const shown = authorization.join(' | ').slice(0, 60);
  return { what: `${method} ${path} with Authorization ${shown}`, target: 'keyed', send, expected };
}

function wrongKeys({ all }: World['keys']): string[] {
  return [
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    `Bearer ${all}x`,
    `Bearer ${all.slice(0, -1)}`,
    `Bearer ${all.toUpperCase()}`,
    `Bearer ${all} ${all}`,
    `Bearer ${all},Bearer x`,
    `Basic ${Buffer.from(`x:${all}`).toString('base64')}`,
    `Bearer"${all}"`,
    all,
    `Token ${all}`,
    `Bearer\t${all}`,
    'Bearer \xff',
    `Bearer ${'x'.repeat(12_000)}`,
    `Bearer ${' '.repeat(12_000)}x y`,
    'Bearer __proto__',
    'Bearer null',
    'Negotiate x',
  ];
}

function byHand({ keys, goalId }: World): Draft[] {
  const read = `Bearer ${keys.read}`;
  const forbidden: Expected = { kind: 'refused', status: 403 };
  return [
    ...wrongKeys(keys).flatMap((key) => [
      call('POST', '/v1/goals', [key], unauthorized),
      call('GET', '/v1/goals', [key], unauthorized),
    ]),
    call('GET', '/v1/goals', [], unauthorized),
    call('POST', '/v1/goals', [], unauthorized),
    call('GET', '/v1/nothing', [], unauthorized),
    call('GET', '/v1/goals', ['Bearer x', `Bearer ${keys.all}`], { kind: 'answered' }),
    call('POST', '/v1/goals', [read], forbidden),
    call('POST', `/v1/goals/${goalId}/cancel`, [read], forbidden),
    call('GET', '/v1/goals', [read], { kind: 'ok' }),
    call('GET', `/v1/goals/${goalId}`, [read], { kind: 'refused', status: 404 }),
    call('GET', `/v1/goals/${goalId}/events`, [read], { kind: 'refused', status: 404 }),
    call('GET', `/v1/goals/${goalId}/tasks/a`, [`Bearer ${keys.all}`], { kind: 'refused', status: 404 }),
    call('POST', `/v1/goals/${goalId}/cancel`, [`Bearer ${keys.all}`], { kind: 'refused', status: 404 }),
  ];
}

const paths = ['/v1/goals', '/v1/worker-types', '/v1/goals/x', '/v1/goals/x/events', '/v1/goals/x/cancel'];

function generate(random: Random, { keys }: World): Draft {
  const text = headerText(`${strangeText(random)}.`);
  const key = random.chance(0.5)
    ? random.pick(wrongKeys(keys))
    : `${random.pick(['Bearer ', 'bearer   ', 'Basic '])}${text}`;
  // 429 in place of 401 once too many wrong keys have come from here.
  return call(random.pick(['GET', 'POST', 'DELETE']), random.pick(paths), [key], { kind: 'refused' });
}

export const keysFamily: Family = { name: 'keys', byHand, generate };
