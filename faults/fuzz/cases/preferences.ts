import { jsonRequest } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { headerText, jsonText, strangeText } from '../strange.ts';
import { REFUSED_GOAL, task } from './bodies.ts';
import type { Draft, Family, World } from './fuzz-case.ts';

const odd = [
  '',
  'wait',
  'wait=',
  'wait=0',
  'wait=-1',
  'wait=1.5',
  'wait=1e3',
  'wait=NaN',
  'wait=99999999999',
  'wait=999999999',
  'wait="5"',
  'wait="',
  'WAIT = 5',
  'wait=5;wait=6',
  'wait=5,wait=9',
  'respond-async, wait=3',
  'respond-async',
  'return=minimal; wait=x',
  ';;;,,,===',
  'wait=\xff',
  '__proto__=1',
  'wait=5\tx',
  'wait=1,'.repeat(1_500),
  ' '.repeat(8_000),
];

/** What is said of a wait is a whole number of seconds, at most 60. */
function unlessSound(headers: ReadonlyMap<string, string>): string | null {
  const said = headers.get('preference-applied');
  if (said === undefined) return null;
  const [, seconds] = /^wait=(\d{1,2})$/.exec(said) ?? [];
  return seconds !== undefined && Number(seconds) <= 60 ? null : `Preference-Applied: ${said}`;
}

/** A key whose goal has ended is answered at once, whatever the wait. */
function replayed(prefer: readonly string[], { keyed }: World): Draft {
  return {
    what: `a replay that prefers ${prefer.join(' and ').slice(0, 60)}`,
    send: jsonRequest('POST', '/v1/goals', JSON.stringify(keyed.body), [
      ['Idempotency-Key', keyed.key],
      ...prefer.map((value) => ['Prefer', value] as const),
    ]),
    expected: { kind: 'ok' },
    headers: unlessSound,
  };
}

function refused(prefer: string): Draft {
  return {
    what: `a bad goal that prefers ${prefer.slice(0, 60)}`,
    send: jsonRequest('POST', '/v1/goals', jsonText({ goal: REFUSED_GOAL, zebra: 1 }), [['Prefer', prefer]]),
    expected: { kind: 'refused', status: 400 },
    headers: (headers) =>
      headers.has('preference-applied') ? 'a refusal says that a preference was applied' : null,
  };
}

function waited(prefer: string, place: number): Draft {
  const body = { goal: `Waited for ${place}.`, plan: { tasks: [task('only')] } };
  return {
    what: `a goal that is waited for by ${prefer}`,
    send: jsonRequest('POST', '/v1/goals', JSON.stringify(body), [['Prefer', prefer]]),
    expected: { kind: 'accepted' },
    headers: unlessSound,
  };
}

function byHand(world: World): Draft[] {
  return [
    ...odd.map((prefer) => replayed([prefer], world)),
    replayed(['wait=1', 'wait=60'], world),
    replayed(['respond-async', 'wait=60'], world),
    ...odd.map(refused),
    ...['wait=10', 'wait=1', 'wait=0', 'wait=x'].map(waited),
  ];
}

function generate(random: Random, world: World): Draft {
  const text = headerText(strangeText(random)).slice(0, 4_000).trim();
  const prefer = random.pick([text, `wait=${text}`, `${text}, wait=${random.int(0, 1e9)}`, random.pick(odd)]);
  return random.chance(0.5) ? refused(prefer) : replayed([prefer], world);
}

export const preferencesFamily: Family = { name: 'preferences', byHand, generate };
