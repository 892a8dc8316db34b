import { unreachableReason } from '../../errors.ts';
import { oneLine } from '../../tree/text-width.ts';
import { ok, problem, warning, type Finding } from './finding.ts';
import { askRedis } from './redis-connection.ts';

export type RedisKind = 'single' | 'sentinel' | 'cluster';

/** As a server's environment has them; empty where it does not. */
export interface RedisSettings {
  readonly url: string;
  readonly cluster: string;
  readonly sentinels: string;
  readonly sentinelMaster: string;
  readonly sentinelPassword: string;
  readonly prefix: string;
}

export interface RedisPlace {
  readonly kind: RedisKind;
  /** Of the server that holds goals; null where it could not be found. */
  readonly url: URL | null;
  readonly findings: readonly Finding[];
}

const SENTINEL_PORT = 26_379;

/** Asks whoever knows which server holds goals now. */
export async function findRedis(settings: RedisSettings, signal: AbortSignal): Promise<RedisPlace> {
  const urls = settings.url
    .split(/,(?=\s*[a-z]+:\/\/)/)
    .map((text) => (URL.canParse(text.trim()) ? new URL(text.trim()) : null));
  const [first] = urls;
  const isOurs = (url: URL | null | undefined): url is URL =>
    url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (!isOurs(first) || !urls.every(isOurs)) return unknownAddress();
  if (settings.sentinels !== '') return bySentinels(settings, first, signal);
  if (urls.length > 1 || settings.cluster === 'true') return byNodes(settings, urls, signal);
  return { kind: 'single', url: first, findings: [] };
}

function unknownAddress(): RedisPlace {
  const remedy = 'Look at readiness above: the server reports on its Redis itself.';
  const message = 'REDIS_URL holds no redis:// or rediss:// address, which is all that is checked here';
  return { kind: 'single', url: null, findings: [warning('redis', message, remedy)] };
}

async function bySentinels(
  { sentinels, sentinelMaster, sentinelPassword }: RedisSettings,
  given: URL,
  signal: AbortSignal,
): Promise<RedisPlace> {
  const master = sentinelMaster || 'mymaster';
  const findings: Finding[] = [];
  for (const place of sentinels.split(',').map((text) => text.trim())) {
    const url = sentinelUrl(place, sentinelPassword);
    if (url === null) {
      findings.push(problem('redis sentinel', `"${place}" is not host:port`, 'Check REDIS_SENTINELS.'));
      continue;
    }
    try {
      const [info = ''] = await askRedis(url, [['INFO', 'sentinel']], signal);
      const found = info.split(/\r?\n/).find((line) => line.includes(`:name=${master},`));
      const { 1: status, 2: address } = /,status=([^,]*),address=([^,]*)/.exec(found ?? '') ?? [];
      if (address === undefined) {
        const message = `${url.host} knows no primary of the name ${master}`;
        findings.push(problem('redis sentinel', message, 'Check REDIS_SENTINEL_MASTER.'));
        continue;
      }
      findings.push(
        status === 'ok'
          ? ok('redis sentinel', `${url.host} names ${address}`)
          : problem(
              'redis sentinel',
              `${url.host} names ${address}, which is ${status}`,
              'Look at that server.',
            ),
      );
      return { kind: 'sentinel', url: at(given, address), findings };
    } catch (error) {
      signal.throwIfAborted();
      findings.push(silent('redis sentinel', url, error));
    }
  }
  return { kind: 'sentinel', url: null, findings: allSilent(findings) };
}

async function byNodes(
  { prefix }: RedisSettings,
  urls: readonly URL[],
  signal: AbortSignal,
): Promise<RedisPlace> {
  const findings: Finding[] = [];
  const [first] = urls as [URL];
  for (const { host } of urls) {
    const url = at(first, host);
    try {
      const [state = '', slot = '', text = ''] = await askRedis(
        url,
        [
          ['CLUSTER', 'INFO'],
          ['CLUSTER', 'KEYSLOT', `{${prefix || 'baton'}}`],
          ['CLUSTER', 'NODES'],
        ],
        signal,
      );
      const address = holderOf(Number(slot), text);
      const isUp = state.includes('cluster_state:ok');
      const remedy = 'Look at its nodes: redis-cli --cluster check.';
      if (!isUp) findings.push(problem('redis cluster', `${url.host} sees it down`, remedy));
      if (address === null) {
        findings.push(problem('redis cluster', `nobody serves slot ${slot}, which holds goals`, remedy));
        return { kind: 'cluster', url: null, findings };
      }
      const of = address.startsWith(':') ? `${url.hostname}${address}` : address;
      if (isUp) findings.push(ok('redis cluster', `${of} holds goals (slot ${slot})`));
      return { kind: 'cluster', url: at(url, of), findings };
    } catch (error) {
      signal.throwIfAborted();
      findings.push(silent('redis cluster', url, error));
    }
  }
  return { kind: 'cluster', url: null, findings: allSilent(findings) };
}

/** @param text of `CLUSTER NODES` */
export function holderOf(slot: number, text: string): string | null {
  for (const line of text.split('\n')) {
    const [, address = '', flags = '', , , , , , ...ranges] = line.trim().split(' ');
    const holds = ranges.some((range) => {
      const { 1: first, 2: last = first } = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
      return first !== undefined && Number(first) <= slot && slot <= Number(last);
    });
    if (holds && flags.split(',').includes('master')) return address.replace(/@.*$/, '');
  }
  return null;
}

function sentinelUrl(place: string, password: string): URL | null {
  const url = URL.canParse(`redis://${place}`) ? new URL(`redis://${place}`) : null;
  if (url === null || url.hostname === '') return null;
  if (url.port === '') url.port = String(SENTINEL_PORT);
  url.password = encodeURIComponent(password);
  return url;
}

/** Another server of the same kind. @param address `host:port`, with or without brackets around an IPv6 one. */
function at(url: URL, address: string): URL {
  const { 1: host = '', 2: port = '' } = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  const there = new URL(url);
  there.hostname = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  there.port = port;
  return there;
}

export function unreachable(url: URL, error: unknown): Finding {
  const remedy = 'Check REDIS_URL, and from where Redis may be reached.';
  return problem('redis', `${url.host} can not be asked: ${oneLine(unreachableReason(error))}`, remedy);
}

function silent(check: string, url: URL, error: unknown): Finding {
  const message = `${url.host} can not be asked: ${oneLine(unreachableReason(error))}`;
  return warning(check, message, 'Look at that server; another is asked meanwhile.');
}

/** Nobody else was left to be asked. */
function allSilent(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) =>
    finding.state === 'warning'
      ? problem(finding.check, finding.message, 'Check the addresses, and from where they may be reached.')
      : finding,
  );
}
