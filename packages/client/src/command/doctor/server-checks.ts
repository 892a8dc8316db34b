import { durationText } from '../../progress/quantities.ts';
import { oneLine } from '../../tree/text-width.ts';
import { clientVersion } from '../client-version.ts';
import { ask, type Asked } from './asked.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

export interface ServerAddress {
  /** Ends with "/". */
  readonly base: URL;
  /** The headers that carry the key; none without one. */
  readonly authorization: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Clocks further apart than this make deadlines and signatures look odd, in ms. */
const WIDEST_SKEW = 5_000;

/** Whether the server answers at all, and how its clock stands to this one. */
export async function checkServer({ base, signal }: ServerAddress, now: () => number): Promise<Finding[]> {
  const reply = await ask(new URL('livez', base), {}, signal);
  const address = base.href.replace(/\/$/, '');
  if ('failure' in reply) {
    const remedy = 'Check that Baton runs, and set BATON_URL or --url to its address.';
    return [problem('server', `${address} can not be reached: ${reply.failure}`, remedy)];
  }
  const { status, text } = reply;
  if (status === 200) return [ok('server', `${address} answers`), ...skew(reply, now())];
  return status === 503
    ? [
        problem(
          'server',
          `${address} says that it must be started again: ${oneLine(text)}`,
          'Restart the orchestrator.',
        ),
      ]
    : [problem('server', `${address} answers ${status} to /livez`, 'Check the address: this is not Baton.')];
}

function skew({ headers, ms }: Exclude<Asked, { failure: string }>, now: number): Finding[] {
  const told = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(told)) return [];
  // The header is cut to whole seconds, and was written while the answer was under way.
  const ahead = told + 500 - (now - ms / 2);
  const apart = Math.max(0, Math.abs(ahead) - 500 - ms / 2);
  const direction = ahead > 0 ? 'ahead of' : 'behind';
  return [
    apart > WIDEST_SKEW
      ? warning(
          'clock',
          `the server's clock is ${durationText(apart)} ${direction} this one`,
          'Set both clocks by NTP: signatures of webhooks and times in lists depend on them.',
        )
      : ok('clock', "the server's clock agrees with this one"),
  ];
}

export async function checkReadiness({ base, signal }: ServerAddress): Promise<Finding[]> {
  const reply = await ask(new URL('readyz', base), {}, signal);
  if ('failure' in reply)
    return [problem('readiness', `no answer: ${reply.failure}`, 'Look at the logs of the server.')];
  if (reply.status === 200) return [ok('readiness', 'the server is ready for work')];
  return [
    problem(
      'readiness',
      `the server is not ready: ${oneLine(reply.text)}`,
      'Look at what it names, Redis first.',
    ),
  ];
}

export async function checkVersions({ base, signal }: ServerAddress): Promise<Finding[]> {
  const own = clientVersion();
  const reply = await ask(new URL('openapi.json', base), {}, signal);
  const version = 'failure' in reply ? null : versionIn(reply.text);
  if (version === null) {
    return [
      warning(
        'version',
        `baton ${own}; the server does not tell its own`,
        'Nothing, unless calls are refused.',
      ),
    ];
  }
  const [ownMajor] = own.split('.', 1);
  return version.split('.', 1)[0] === ownMajor
    ? [ok('version', `baton ${own}, server ${version}`)]
    : [warning('version', `baton ${own}, server ${version}`, 'Install the client of the server’s version.')];
}

function versionIn(text: string): string | null {
  try {
    const { info } = JSON.parse(text) as { info?: { version?: unknown } };
    return typeof info?.version === 'string' ? oneLine(info.version) : null;
  } catch {
    return null;
  }
}

/** A call that changes nothing, for which a key needs the scope. */
const probes = [
  { scope: 'read', method: 'GET', path: 'v1/goals?limit=1' },
  { scope: 'submit', method: 'POST', path: 'v1/plans/validate', body: '{"tasks":[]}' },
  { scope: 'operate', method: 'POST', path: 'v1/goals/goal_00000000000000000000000000/cancel' },
] as const;

export interface KeyCheck {
  readonly findings: readonly Finding[];
  /** Whether more can be asked with it. */
  readonly mayRead: boolean;
}

/** Whether the key is accepted, and for what. */
export async function checkKey({ base, authorization, signal }: ServerAddress): Promise<KeyCheck> {
  const answers = await Promise.all(
    probes.map(({ method, path, ...probe }) => {
      const body = 'body' in probe ? probe.body : null;
      const headers = {
        ...authorization,
        ...(body !== null && { 'content-type': 'application/json' }),
      };
      return ask(new URL(path, base), { method, headers, body }, signal);
    }),
  );
  const statuses = answers.map((answer) => ('failure' in answer ? null : answer.status));
  const granted = probes.map(({ scope }) => scope).filter((_, at) => isGranted(statuses[at] ?? null));
  const mayRead = granted.includes('read');
  return { mayRead, findings: [verdict(Object.keys(authorization).length > 0, statuses, granted)] };
}

function isGranted(status: number | null): boolean {
  return status !== null && status < 500 && ![401, 403, 405, 429].includes(status);
}

function verdict(hasKey: boolean, statuses: readonly (number | null)[], granted: readonly string[]): Finding {
  if (statuses.includes(401)) {
    return hasKey
      ? problem(
          'key',
          'the server does not know this key',
          'Set BATON_API_KEY to a key whose entry the server has in BATON_API_KEYS.',
        )
      : problem('key', 'the server asks for a key', 'Set BATON_API_KEY.');
  }
  const named = hasKey ? 'the key is accepted' : 'the server asks for no key';
  if (granted.length === probes.length) return ok('key', `${named}; read, submit and operate work`);
  const denied = probes.map(({ scope }) => scope).filter((scope) => !granted.includes(scope));
  return warning(
    'key',
    `${named}, but not for ${denied.join(' and ')}${granted.length > 0 ? `; ${granted.join(' and ')} works` : ''}`,
    'Nothing, if that is meant; else give its entry in BATON_API_KEYS more scopes.',
  );
}
