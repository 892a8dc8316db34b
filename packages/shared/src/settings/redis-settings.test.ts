import { describe, expect, it } from 'vitest';
import { SettingsError } from './environment.ts';
import { workerSettings } from './settings.ts';
import type { RedisAddress } from './redis-address.ts';

const key = { ANTHROPIC_API_KEY: 'sk' };

function addressOf(environment: Readonly<Record<string, string>>): RedisAddress {
  return workerSettings({ ...key, ...environment }).redis;
}

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    workerSettings({ ...key, ...environment });
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

const open = { username: undefined, password: undefined, tls: false };

describe('where Redis is', () => {
  it('one address is one server, with all that it says', () => {
    expect(addressOf({})).toEqual({ kind: 'single', url: 'redis://127.0.0.1:6379' });
    const url = 'rediss://baton:a%2Cb,c@redis.example.com:6380/2?family=6';
    expect(addressOf({ REDIS_URL: url })).toEqual({ kind: 'single', url });
  });

  it('several addresses are nodes of a Cluster, which take the credentials of the first', () => {
    const REDIS_URL = 'rediss://baton:p%40ss@a, rediss://b:7001,rediss://baton:p%40ss@[::1]:7002/0';
    expect(addressOf({ REDIS_URL, BATON_PREFIX: 'mine' })).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 6_379 },
        { host: 'b', port: 7_001 },
        { host: '::1', port: 7_002 },
      ],
      login: { username: 'baton', password: 'p@ss', tls: true },
      prefix: 'mine',
    });
  });

  it('one address may be the only one that is given of a Cluster', () => {
    expect(addressOf({ REDIS_URL: 'redis://redis:7000', REDIS_CLUSTER: 'true' })).toMatchObject({
      kind: 'cluster',
      nodes: [{ host: 'redis', port: 7_000 }],
      login: open,
    });
    expect(addressOf({ REDIS_CLUSTER: 'false' })).toMatchObject({ kind: 'single' });
  });

  it('Sentinels know the place, and the address says the rest', () => {
    expect(
      addressOf({
        REDIS_URL: 'rediss://baton:secret@ignored:1/3',
        REDIS_SENTINELS: 'sentinel-0:26380, sentinel-1,[2001:db8::1]:26381',
        REDIS_SENTINEL_PASSWORD: 'theirs',
      }),
    ).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'sentinel-0', port: 26_380 },
        { host: 'sentinel-1', port: 26_379 },
        { host: '2001:db8::1', port: 26_381 },
      ],
      master: 'mymaster',
      sentinelPassword: 'theirs',
      login: { username: 'baton', password: 'secret', tls: true },
      db: 3,
    });
    const named = { REDIS_SENTINELS: 'a:1', REDIS_SENTINEL_MASTER: 'orders' };
    expect(addressOf(named)).toMatchObject({ master: 'orders', db: 0, login: open });
  });
});

const SENTINELS = { REDIS_SENTINELS: 'a:26379' };

describe('what is refused', () => {
  it.each<[string, Record<string, string>, string]>([
    ['no address', { REDIS_URL: 'localhost:6379' }, 'REDIS_URL: must be an address such as redis://'],
    ['nodes without a scheme', { REDIS_URL: 'redis://a:1,b:2' }, 'REDIS_URL: must be an address such as'],
    ['one bad address of two', { REDIS_URL: 'redis://a:1,http://b:2' }, 'REDIS_URL: must be an address such'],
    ['half TLS', { REDIS_URL: 'redis://a:1,rediss://b:2' }, 'REDIS_URL: mixes redis:// and rediss://'],
    ['two passwords', { REDIS_URL: 'redis://:x@a,redis://:y@b' }, 'REDIS_URL: holds different passwords'],
    [
      'a database',
      { REDIS_URL: 'redis://a/1', REDIS_CLUSTER: 'true' },
      'REDIS_URL: names database 1: a Cluster',
    ],
    ['no host', { REDIS_URL: 'redis:///0', REDIS_CLUSTER: 'true' }, 'REDIS_URL: names no host'],
    [
      'half a Cluster',
      { REDIS_URL: 'redis://a,redis://b', REDIS_CLUSTER: 'false' },
      'REDIS_CLUSTER: is false, and',
    ],
    ['neither true nor false', { REDIS_CLUSTER: 'yes' }, 'REDIS_CLUSTER: must be true or false'],
    ['no Sentinel', { REDIS_SENTINELS: 'a:1,,b:2' }, 'REDIS_SENTINELS: "" is not the place of a Sentinel'],
    ['an address', { REDIS_SENTINELS: 'redis://a:1' }, 'REDIS_SENTINELS: "redis://a:1" is not the place of'],
    ['no port', { REDIS_SENTINELS: 'a:70000' }, 'REDIS_SENTINELS: "a:70000" is not the place of a Sentinel'],
    [
      'a bad name',
      { ...SENTINELS, REDIS_SENTINEL_MASTER: 'my master' },
      'REDIS_SENTINEL_MASTER: must be the name',
    ],
    ['a name alone', { REDIS_SENTINEL_MASTER: 'x' }, 'REDIS_SENTINEL_MASTER: is set without REDIS_SENTINELS'],
    [
      'a password alone',
      { REDIS_SENTINEL_PASSWORD: 'x' },
      'REDIS_SENTINEL_PASSWORD: is set without REDIS_SENTINELS',
    ],
    [
      'both',
      { ...SENTINELS, REDIS_CLUSTER: 'true' },
      'REDIS_SENTINELS: and REDIS_CLUSTER exclude each other',
    ],
    [
      'both, told otherwise',
      { ...SENTINELS, REDIS_URL: 'redis://a,redis://b' },
      'REDIS_SENTINELS: and several addresses',
    ],
    [
      'no database',
      { ...SENTINELS, REDIS_URL: 'redis://a/main' },
      'REDIS_URL: must end in the number of a database',
    ],
    ['a typing error', { REDIS_SENTINEL: 'a:1' }, 'Did you mean REDIS_SENTINELS?'],
  ])('%s', (_, environment, problem) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(problem)]);
  });

  it('all of it at once', () => {
    const environment = { REDIS_URL: 'redis://:x@a/1,rediss://:y@b', REDIS_SENTINEL_MASTER: 'x' };
    expect(problemsOf(environment)).toHaveLength(4);
  });

  it('never with a password in the message', () => {
    const environment = {
      REDIS_URL: 'redis://:hunter2@a/1,rediss://:hunter3@b',
      REDIS_SENTINEL_PASSWORD: 'hunter4',
    };
    expect(problemsOf(environment).join('\n')).not.toContain('hunter');
  });
});
