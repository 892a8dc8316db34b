import { httpRequest, jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { headerText, strangeText } from '../strange.ts';
import { REFUSED_GOAL } from './bodies.ts';
import type { Draft, Family, HeadersCheck, World } from './fuzz-case.ts';

/** Who is refused for being too many is told when to come again. */
const unlessTold: HeadersCheck = (headers) => {
  const wait = headers.get('retry-after');
  return wait === undefined || /^\d{1,2}$/.test(wait) ? null : `Retry-After: ${wait}`;
};

function sent(send: Draft['send'], what: string): Draft {
  return { what, send, target: 'limited', expected: { kind: 'refused' }, headers: unlessTold };
}

/** Bad requests of a key that has used up what it may send. */
function generate(random: Random, { spentKey }: World): Draft {
  const key = ['Authorization', `Bearer ${spentKey}`] as const;
  const text = headerText(strangeText(random));
  const body = JSON.stringify({ goal: REFUSED_GOAL, zebra: 1 });
  const kinds: readonly (() => Draft)[] = [
    () =>
      sent(
        jsonRequest('POST', '/v1/goals', body, [key, ['Idempotency-Key', text]]),
        'a bad goal past the limit',
      ),
    () => sent(jsonRequest('POST', '/v1/goals/batch', `[${body}`, [key]), 'a bad batch past the limit'),
    () =>
      sent(jsonRequest('POST', '/v1/plans', body, [key, ['Prefer', text]]), 'a bad dry run past the limit'),
    () =>
      sent(
        httpRequest('GET', '/v1/goals/goal_0/events', { headers: [key, ['Last-Event-ID', text]] }),
        'events past the limit',
      ),
    () => sent(httpRequest('DELETE', '/v1/goals', { headers: [key] }), 'a bad method past the limit'),
  ];
  return random.pick(kinds)();
}

export const limitsFamily: Family = { name: 'limits', byHand: () => [], generate };
