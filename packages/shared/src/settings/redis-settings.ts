import { z } from 'zod';
import type { HostPort, RedisAddress, RedisLogin } from './redis-address.ts';
import { takenBy } from './fields.ts';

const EXAMPLE = 'redis://127.0.0.1:6379';
const REDIS_PORT = 6_379;
const SENTINEL_PORT = 26_379;
/** What Sentinel's own documentation, and most charts, call it. */
const MASTER = 'mymaster';

/** Addresses that a setting names; a comma in a password is none between two. */
function addressesIn(text: string): string[] {
  return text.split(/,(?=\s*[a-z]+:\/\/)/).map((address) => address.trim());
}

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === 'redis:' || protocol === 'rediss:';
}

/** `host`, `host:port` or `[address]:port`. */
function hostPort(text: string, standard: number): HostPort | null {
  const {
    1: bracketed,
    2: plain,
    3: port = String(standard),
  } = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined || Number(port) > 65_535 || port === '0' ? null : { host, port: Number(port) };
}

const sentinelList = z
  .string()
  .transform((text, context) => {
    const sentinels: HostPort[] = [];
    for (const item of text.split(',').map((part) => part.trim())) {
      const sentinel = hostPort(item, SENTINEL_PORT);
      if (sentinel) sentinels.push(sentinel);
      else {
        const message = `"${item}" is not the place of a Sentinel: write a host and perhaps a port, such as sentinel-0:26379`;
        context.issues.push({ code: 'custom', input: text, message });
      }
    }
    return sentinels;
  })
  .register(takenBy, { takes: '`host:port`, comma-separated' });

/** Where Redis is, as it is told; {@link redisAddress} makes one address of it. */
export const redisFields = {
  REDIS_URL: z
    .string()
    .refine((text) => addressesIn(text).every(isAddress), {
      error: `must be an address such as ${EXAMPLE}, or those of a Cluster's nodes with commas between them`,
    })
    .default(EXAMPLE)
    .register(takenBy, {
      takes: 'an address with redis:// or rediss://, or several of a Cluster, comma-separated',
    }),
  REDIS_CLUSTER: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
  REDIS_SENTINELS: sentinelList.optional(),
  REDIS_SENTINEL_MASTER: z
    .string()
    .regex(
      /^[A-Za-z0-9._-]+$/,
      'must be the name that Sentinel has for the primary: letters, digits, ".", "_" or "-"',
    )
    .optional(),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
};

export type RedisSettings = z.output<z.ZodObject<typeof redisFields>>;

interface Problem {
  readonly setting: keyof RedisSettings;
  readonly message: string;
}

const needsSentinels = 'is set without REDIS_SENTINELS: set those too, or leave it out';

/** What is wrong with settings each of which is right by itself. */
export function redisProblems(settings: RedisSettings): Problem[] {
  const { REDIS_CLUSTER, REDIS_SENTINELS, REDIS_SENTINEL_MASTER, REDIS_SENTINEL_PASSWORD } = settings;
  const [first, ...others] = addressesIn(settings.REDIS_URL).map((address) => new URL(address));
  const problems: Problem[] = [];
  const problem = (setting: keyof RedisSettings, message: string): void =>
    void problems.push({ setting, message });
  if (REDIS_SENTINELS === undefined) {
    if (REDIS_SENTINEL_MASTER !== undefined) problem('REDIS_SENTINEL_MASTER', needsSentinels);
    if (REDIS_SENTINEL_PASSWORD !== undefined) problem('REDIS_SENTINEL_PASSWORD', needsSentinels);
  } else {
    if (REDIS_CLUSTER === 'true')
      problem('REDIS_SENTINELS', 'and REDIS_CLUSTER exclude each other: a Cluster needs no Sentinels');
    else if (others.length > 0)
      problem(
        'REDIS_SENTINELS',
        'and several addresses in REDIS_URL exclude each other: with Sentinels it holds one, for its credentials, database and TLS',
      );
    if (first && databaseOf(first) === null)
      problem('REDIS_URL', 'must end in the number of a database, or in none');
  }
  if (others.length > 0 && REDIS_CLUSTER === 'false')
    problem('REDIS_CLUSTER', 'is false, and REDIS_URL names several nodes: leave out the one or the others');
  if (REDIS_SENTINELS === undefined && (others.length > 0 || REDIS_CLUSTER === 'true')) {
    for (const { pathname } of [first, ...others].filter((url) => url !== undefined))
      if (!['', '/', '/0'].includes(pathname))
        problem('REDIS_URL', `names database ${pathname.slice(1)}: a Cluster has only database 0`);
    if ([first, ...others].some((url) => url?.hostname === ''))
      problem('REDIS_URL', 'names no host: a Cluster has one for each of its nodes');
    if (others.some((url) => url.protocol !== first?.protocol))
      problem('REDIS_URL', 'mixes redis:// and rediss://: all nodes of a Cluster are reached in one way');
    if (others.some((url) => url.password !== '' && url.password !== first?.password))
      problem('REDIS_URL', 'holds different passwords: all nodes of a Cluster take that of the first');
  }
  return problems;
}

function databaseOf({ pathname }: URL): number | null {
  const text = pathname.slice(1);
  return /^\d*$/.test(text) ? Number(text) : null;
}

function loginOf({ username, password, protocol }: URL): RedisLogin {
  return {
    username: username === '' ? undefined : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
    tls: protocol === 'rediss:',
  };
}

/** @param settings without {@link redisProblems} */
export function redisAddress(settings: RedisSettings & { readonly BATON_PREFIX: string }): RedisAddress {
  const urls = addressesIn(settings.REDIS_URL).map((address) => new URL(address));
  const [first = new URL(EXAMPLE)] = urls;
  const { REDIS_SENTINELS: sentinels, REDIS_SENTINEL_MASTER: master = MASTER } = settings;
  if (sentinels) {
    const { REDIS_SENTINEL_PASSWORD: sentinelPassword } = settings;
    const db = databaseOf(first) ?? 0;
    return Object.freeze({
      kind: 'sentinel',
      sentinels,
      master,
      sentinelPassword,
      login: loginOf(first),
      db,
    });
  }
  if (urls.length === 1 && settings.REDIS_CLUSTER !== 'true')
    return Object.freeze({ kind: 'single', url: settings.REDIS_URL });
  return Object.freeze({
    kind: 'cluster',
    nodes: urls.map(({ hostname, port }) => ({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port === '' ? REDIS_PORT : port),
    })),
    login: loginOf(first),
    prefix: settings.BATON_PREFIX,
  });
}
