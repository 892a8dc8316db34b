import { httpRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import type { Draft, Expected, Family, World } from './fuzz-case.ts';

const refused: Expected = { kind: 'refused', status: 400 };

function events(goalId: string, id: string, accept: string, expected: Expected): Draft {
  const headers = [['Last-Event-ID', id] as const, ['Accept', accept] as const];
  return {
    what: `events after ${id.slice(0, 60)} as ${accept}`,
    send: httpRequest('GET', `/v1/goals/${goalId}/events`, { headers }),
    expected,
  };
}

const noIds = [
  '-1',
  '1.5',
  '1-0',
  '0-0',
  '$',
  '+',
  '(1',
  'abc',
  '0x1',
  '1e3',
  'NaN',
  '1 ',
  '1,2',
  '999999999999999',
  '1000000',
  '9'.repeat(16),
  '9'.repeat(5_000),
  '\xb2',
  '1\t2',
  'null',
  '__proto__',
];
const forms = ['text/event-stream', 'application/json'];

function byHand({ goalId }: World): Draft[] {
  return [
    ...noIds.flatMap((id) =>
      forms.map((form) => events(goalId, id, form, /^1 $/.test(id) ? { kind: 'answered' } : refused)),
    ),
    ...['0', '1', '00', '0001'].flatMap((id) =>
      forms.map((form) => events(goalId, id, form, { kind: 'ok' })),
    ),
    ...['', 'text/html', '*/*', 'application/json;q=0,text/event-stream', 'text/event-stream;q=0'].map(
      (form) => events(goalId, '0', form, { kind: 'answered' }),
    ),
    {
      what: 'two Last-Event-IDs',
      send: httpRequest('GET', `/v1/goals/${goalId}/events`, {
        headers: [
          ['Last-Event-ID', '1'],
          ['Last-Event-ID', '2'],
        ],
      }),
      expected: { kind: 'answered' },
    },
    {
      what: 'HEAD of a stream',
      send: httpRequest('HEAD', `/v1/goals/${goalId}/events`),
      expected: { kind: 'ok' },
    },
  ];
}

function generate(random: Random, { goalId }: World): Draft {
  const form = random.pick(forms);
  if (random.chance(0.2)) return events(goalId, String(random.int(0, 5)), form, { kind: 'ok' });
  if (random.chance(0.3))
    return events(`goal_${random.int(0, 1e9)}`, '0', form, { kind: 'refused', status: 404 });
  const id = random.chance(0.5)
    ? String(random.int(10_000, 1e9))
    : `${random.pick(noIds)}${random.pick(['', 'x', '-', '.'])}${random.int(0, 99)}`;
  return events(goalId, /^\d{1,4}$/.test(id) ? `x${id}` : id, form, refused);
}

export const eventsFamily: Family = { name: 'events', byHand, generate };
