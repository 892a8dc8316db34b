import { httpRequest, HOST } from '../wire/http-request.ts';
import type { Random } from '../random.ts';
import { strangeText, targetText } from '../strange.ts';
import type { Draft, Expected, Family, Target } from './fuzz-case.ts';

/** What the servers that only tell their health say to anything else: in plain words, no problem document. */
const answered: Expected = { kind: 'answered-or-cut' };

const addresses = [
  '/',
  '//',
  '///',
  '//[',
  '/\\',
  '//%',
  'http://',
  'http://[',
  'http://:99999',
  '*',
  '/livez',
  '/livez?x=1',
  '/readyz',
  '/metrics',
  '/%',
  '/%00',
  '/..',
  'x:',
  '//user:pass@',
  '/livez/',
  '?',
  '#',
  '/\xff',
];

function to(target: Target, method: string, path: string): Draft {
  return {
    what: `${method} ${path.slice(0, 60)} to the ${target}'s health`,
    target,
    send: httpRequest(method, path),
    expected: answered,
  };
}

function byHand(): Draft[] {
  return (['worker', 'planner'] as const).flatMap((target) => [
    ...addresses.map((path) => to(target, 'GET', path)),
    to(target, 'POST', '/livez'),
    to(target, 'OPTIONS', '*'),
    to(target, 'CONNECT', `${HOST}:1`),
    {
      what: 'noise',
      target,
      send: { steps: [Buffer.from('\0\x01noise\r\n\r\n'), 'end' as const] },
      expected: answered,
    },
    {
      what: 'half a head',
      target,
      send: { steps: [Buffer.from('GET / HTTP/1.1\r\nX'), 'end' as const] },
      expected: answered,
    },
  ]);
}

function generate(random: Random): Draft {
  const target = random.pick(['worker', 'planner'] as const);
  const strange = targetText(strangeText(random));
  const path = random.pick([...addresses, `/${strange}`, `//${strange}`, `http://${strange}`]);
  return to(target, random.pick(['GET', 'GET', 'POST', 'HEAD']), path);
}

export const healthFamily: Family = { name: 'health', byHand, generate };
