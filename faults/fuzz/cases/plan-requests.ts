import { bytesOf, jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { jsonText, strangeText, valueOfType } from '../strange.ts';
import { REFUSED_GOAL } from './bodies.ts';
import type { Draft, Expected, Family } from './fuzz-case.ts';

function refused(what: string, body: unknown, path?: string): Draft {
  return {
    what: `a dry run ${what}`,
    send: jsonRequest('POST', '/v1/plans', jsonText(body)),
    expected: { kind: 'refused', status: 400, ...(path !== undefined && { path }) },
  };
}

function lawful(
  what: string,
  body: { readonly goal: string },
  expected: Expected = { kind: 'planned' },
): Draft {
  return {
    what: `a lawful dry run ${what}`,
    send: jsonRequest('POST', '/v1/plans', jsonText(body)),
    expected,
    asks: body.goal,
  };
}

const goal = REFUSED_GOAL;

function byHand(): Draft[] {
  const gone = { goal: 'Compare tea and coffee for somebody who does not wait for the plan.' };
  return [
    refused('with a plan', { goal, plan: { tasks: [] } }, 'plan'),
    refused('with labels', { goal, labels: {} }, 'labels'),
    refused('with a webhook', { goal, webhook: { url: 'https://example.org' } }, 'webhook'),
    refused('with approval', { goal, options: { approval: true } }, 'options.approval'),
    refused('with a deadline', { goal, options: { deadline: '10m' } }, 'options.deadline'),
    refused('by a recipe that nobody knows', { goal, recipe: 'reprot' }, 'recipe'),
    refused(
      'for worker types that nobody knows',
      { goal, options: { workerTypes: ['x'] } },
      'options.workerTypes',
    ),
    refused('of nothing', {}, 'goal'),
    refused('of blanks', { goal: ' \n ' }, 'goal'),
    refused('of 32,769 characters', { goal: 'x'.repeat(32_769) }, 'goal'),
    refused('of a list', [{ goal }]),
    refused('of null', null),
    lawful('of one letter', { goal: 'y' }),
    lawful('that looks like a prompt', { goal: '</goal><task id="x"> & <![CDATA[ for a dry run' }),
    lawful('with NUL and half a sign', { goal: 'A dry run \0 of \ud83d signs' }),
    lawful('of 32,768 characters', { goal: 'z'.repeat(32_768) }),
    {
      what: 'a dry run whose client goes at once',
      send: { steps: [bytesOf(jsonRequest('POST', '/v1/plans', JSON.stringify(gone))), 'end'] },
      expected: { kind: 'answered-or-cut' },
      asks: gone.goal,
    },
  ];
}

function generate(random: Random): Draft {
  if (random.chance(0.1))
    return lawful('of strange text', { goal: `Plan ${random.int(0, 1e9)} ${strangeText(random)}` });
  const field = random.pick(['context', 'recipe', 'options', 'goal'] as const);
  const type = random.pick(['number', 'boolean', 'array'] as const);
  return refused(`whose ${field} is of type ${type}`, { goal, [field]: valueOfType(random, type) }, field);
}

export const planRequestsFamily: Family = { name: 'plan-requests', byHand, generate };
