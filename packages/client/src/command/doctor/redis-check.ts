import { ok, problem, warning, type Finding } from './finding.ts';
import { askRedis } from './redis-connection.ts';
import { findRedis, unreachable, type RedisKind, type RedisSettings } from './redis-place.ts';

const OLDEST = [6, 2] as const;
/** The share of its memory from which Baton refuses new goals. */
const FULL = 0.7;
const ALMOST_FULL = 0.5;

/** What a server's own Redis is like, seen from here. */
export async function checkRedis(settings: RedisSettings, signal: AbortSignal): Promise<Finding[]> {
  const place = await findRedis(settings, signal);
  if (place.url === null) return [...place.findings];
  try {
    const [info = ''] = await askRedis(place.url, [['INFO']], signal);
    return [...place.findings, ...judgeRedis(info, place.kind)];
  } catch (error) {
    signal.throwIfAborted();
    return [...place.findings, unreachable(place.url, error)];
  }
}

/** @param info the text of Redis's `INFO` */
export function judgeRedis(info: string, kind: RedisKind = 'single'): Finding[] {
  const facts = new Map(
    info.split(/\r?\n/).map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trim()] as const;
    }),
  );
  const version = facts.get('redis_version') ?? '0';
  return [
    ...(kind === 'single' ? mistaken(facts) : []),
    isOld(version)
      ? problem('redis version', `Redis is ${version}`, `Upgrade it to ${OLDEST.join('.')} or newer.`)
      : ok('redis version', `Redis is ${version}`),
    eviction(facts.get('maxmemory_policy')),
    facts.get('aof_enabled') === '1'
      ? ok('redis persistence', 'the append-only file is on')
      : warning(
          'redis persistence',
          'the append-only file is off: a restart of Redis loses goals',
          'Set appendonly yes.',
        ),
    memory(Number(facts.get('used_memory') ?? 0), Number(facts.get('maxmemory') ?? 0)),
  ];
}

function mistaken(facts: ReadonlyMap<string, string>): Finding[] {
  if (facts.get('cluster_enabled') === '1')
    return [
      problem(
        'redis',
        'it is a node of a Cluster',
        'Set REDIS_CLUSTER=true, or name several nodes in REDIS_URL.',
      ),
    ];
  if (facts.get('role') !== 'slave') return [];
  const primary = `${facts.get('master_host') ?? '?'}:${facts.get('master_port') ?? '?'}`;
  return [problem('redis', `it is a replica of ${primary}`, 'Name its primary in REDIS_URL.')];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function eviction(policy: string | undefined): Finding {
  const remedy = 'Set maxmemory-policy noeviction.';
  if (policy === undefined)
    return warning('redis eviction', 'Redis does not tell its maxmemory-policy', remedy);
  return policy === 'noeviction'
    ? ok('redis eviction', 'Redis evicts nothing')
    : problem('redis eviction', `Redis may evict goals: maxmemory-policy is ${policy}`, remedy);
}

function memory(used: number, most: number): Finding {
  if (most === 0) return ok('redis memory', `${mebibytes(used)} used, no limit set`);
  const share = used / most;
  const message = `${Math.round(share * 100)} % of ${mebibytes(most)} used`;
  const remedy = 'Raise maxmemory, or shorten GOAL_RETENTION.';
  if (share >= FULL) return problem('redis memory', `${message}: new goals are refused`, remedy);
  return share >= ALMOST_FULL ? warning('redis memory', message, remedy) : ok('redis memory', message);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
