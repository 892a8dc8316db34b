import { httpRequest, jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { jsonText, raw, strangeText, valueOfType } from '../strange.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

const bad: Expected = { kind: 'refused', status: 400 };
const conflict: Expected = { kind: 'refused', status: 409 };
/** The hundredth opinion is the last one. */
const opinion: Expected = { kind: 'one-of', statuses: [202, 409] };

function step(goalId: string, name: string, body: unknown, expected: Expected): Draft {
  const text = jsonText(body);
  return {
    what: `${name} with ${text.slice(0, 80)}`,
    send: jsonRequest('POST', `/v1/goals/${goalId}/${name}`, text),
    expected,
  };
}

function bare(goalId: string, name: string, expected: Expected): Draft {
  return { what: `${name} with no body`, send: httpRequest('POST', `/v1/goals/${goalId}/${name}`), expected };
}

const noBodies: readonly unknown[] = [null, [], 'text', 5, true, [{}], { zebra: 1 }, { __proto__x: 1 }];
const noScores: readonly unknown[] = [
  -0.1,
  1.1,
  1e300,
  raw('1e999'),
  raw('-1e-300'),
  '0.5',
  null,
  [0.5],
  {},
  true,
  raw('9007199254740993'),
];

function byHand({ goalId, waitingGoalId }: World): Draft[] {
  return [
    ...noBodies.flatMap((body) => [
      step(waitingGoalId, 'approve', body, bad),
      step(waitingGoalId, 'reject', body, bad),
      step(goalId, 'feedback', body, bad),
    ]),
    ...noScores.map((score) => step(goalId, 'feedback', { score }, bad)),
    ...['approve', 'reject', 'cancel', 'retry'].map((name) => bare(goalId, name, conflict)),
    bare(goalId, 'feedback', { kind: 'refused', status: 415 }),
    step(waitingGoalId, 'feedback', { score: 0.5 }, conflict),
    bare(waitingGoalId, 'retry', conflict),
    step(waitingGoalId, 'reject', { reason: 'x'.repeat(1_025) }, bad),
    step(waitingGoalId, 'reject', { reason: 5 }, bad),
    step(goalId, 'feedback', { score: 1, comment: 'x'.repeat(4_097) }, bad),
    step(goalId, 'feedback', { score: 1, comment: 5 }, bad),
    step(goalId, 'feedback', { score: raw('-0'), comment: null }, opinion),
    step(goalId, 'feedback', { score: raw('1e-400'), comment: '\0\ud800' }, opinion),
    step(goalId, 'feedback', { score: 1, comment: 'x'.repeat(4_096) }, opinion),
    step(waitingGoalId, 'approve', { plan: null, zebra: 1 }, bad),
    step(waitingGoalId, 'approve', { plan: {} }, { kind: 'refused', path: 'plan', status: 400 }),
  ];
}

function generate(random: Random, { goalId, waitingGoalId }: World): Draft {
  const kinds: readonly (() => Draft)[] = [
    () =>
      step(
        goalId,
        'feedback',
        { score: random.pick(noScores), comment: strangeText(random).slice(0, 4_000) },
        bad,
      ),
    () =>
      step(
        goalId,
        'feedback',
        { score: random.next(), comment: strangeText(random).slice(0, 4_000) },
        opinion,
      ),
    () => {
      const type = random.pick(['number', 'boolean', 'array', 'object'] as const);
      return step(waitingGoalId, 'reject', { reason: valueOfType(random, type) }, bad);
    },
    () => {
      const type = random.pick(['number', 'boolean', 'array', 'object', 'string'] as const);
      return step(waitingGoalId, 'approve', { plan: valueOfType(random, type) }, bad);
    },
    () => {
      const name = random.pick(['approve', 'reject', 'feedback']);
      const extra = strangeText(random).slice(0, 200);
      const body = Object.fromEntries([
        [['plan', 'reason', 'score', 'comment'].includes(extra) ? 'zebra' : extra, 1],
      ]);
      return step(name === 'feedback' ? goalId : waitingGoalId, name, body, bad);
    },
    () => step(goalId, random.pick(['approve', 'reject']), {}, conflict),
  ];
  return random.pick(kinds)();
}

export const stepsFamily: Family = { name: 'steps', byHand, generate };
