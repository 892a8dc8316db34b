import { describe, expect, it } from 'vitest';
import { startFakeRedis } from '../../testing/fake-redis.ts';
import { checkRedis as checkPlace, judgeRedis } from './redis-check.ts';
import type { Finding } from './finding.ts';
import { holderOf, type RedisSettings } from './redis-place.ts';
import { readReply } from './redis-connection.ts';

const { signal } = new AbortController();

const unset = { cluster: '', sentinels: '', sentinelMaster: '', sentinelPassword: '', prefix: '' };

function checkRedis(url: string, _signal = signal, more: Partial<RedisSettings> = {}): Promise<Finding[]> {
  return checkPlace({ ...unset, url, ...more }, signal);
}

const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

const sound = {
  redis_version: '7.4.2',
  maxmemory_policy: 'noeviction',
  aof_enabled: '1',
  used_memory: '1048576',
  maxmemory: '0',
};

function info(facts: Readonly<Record<string, string>>): string {
  return `# Server\r\n${Object.entries(facts)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('')}`;
}

function states(facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(judgeRedis(info(facts)).map(({ check, state }) => [check, state]));
}

const well = {
  'redis version': 'ok',
  'redis eviction': 'ok',
  'redis persistence': 'ok',
  'redis memory': 'ok',
};

describe('a Redis', () => {
  it.each<[string, object, object]>([
    ['is sound', {}, {}],
    ['is the oldest that is taken', { redis_version: '6.2.0' }, {}],
    ['is too old', { redis_version: '6.0.20' }, { 'redis version': 'problem' }],
    ['may evict goals', { maxmemory_policy: 'allkeys-lru' }, { 'redis eviction': 'problem' }],
    ['writes no append-only file', { aof_enabled: '0' }, { 'redis persistence': 'warning' }],
    ['is half full', { used_memory: '51', maxmemory: '100' }, { 'redis memory': 'warning' }],
    ['is full', { used_memory: '70', maxmemory: '100' }, { 'redis memory': 'problem' }],
  ])('that %s', (_, facts, found) => {
    expect(states({ ...sound, ...facts })).toEqual({ ...well, ...found });
  });

  it('is asked for no more than its state, with the name and password of its URL', async () => {
    const text = info(sound);
    const reply = `+OK\r\n$${text.length}\r\n${text}\r\n`;
    const redis = await startFakeRedis(...(reply.match(/[^]{1,7}/g) ?? []));
    const findings = await checkRedis(`redis://me:s%40crets@${redis.host}/3`, signal);
    expect(findings.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(redis.received()).toBe('*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$7\r\ns@crets\r\n*1\r\n$4\r\nINFO\r\n');
  });

  it.each([
    ['+OK\r\n-NOPERM no permission\r\n', 'NOPERM no permission'],
    ['-WRONGPASS invalid username-password pair\r\n', 'WRONGPASS invalid username-password pair'],
    ['HTTP/1.1 400 Bad Request\r\n', 'what answers there is not Redis'],
  ])('that answers %j is a problem', async (reply, said) => {
    const { host } = await startFakeRedis(reply);
    const [finding] = await checkRedis(`redis://:secret@${host}`, signal);
    expect(finding).toMatchObject({ state: 'problem', message: `${host} can not be asked: ${said}` });
  });

  it('that is not there is a problem', async () => {
    const [finding] = await checkRedis('redis://127.0.0.1:9', signal);
    expect(finding).toMatchObject({ check: 'redis', state: 'problem' });
    expect(finding?.message).toContain('127.0.0.1:9 can not be asked: nothing listens there');
  });

  it('of an unknown kind is left to the server, without a word of its address', async () => {
    const [finding] = await checkRedis('redis+sentinel://:secret@a,b/main', signal);
    expect(finding).toMatchObject({ check: 'redis', state: 'warning' });
    expect(JSON.stringify(finding)).not.toContain('secret');
  });
});

describe('a Redis of several servers', () => {
  it('is asked where its Sentinels name it, past one that is away', async () => {
    const data = await startFakeRedis(`+OK\r\n${bulk(info({ ...sound, role: 'master' }))}`);
    const sentinel = await startFakeRedis(
      `+OK\r\n${bulk(`# Sentinel\r\nmaster0:name=orders,status=ok,address=${data.host},slaves=1,sentinels=3\r\n`)}`,
    );
    const findings = await checkRedis('redis://:pass@ignored', signal, {
      sentinels: `127.0.0.1:9,${sentinel.host}`,
      sentinelMaster: 'orders',
      sentinelPassword: 'theirs',
    });
    expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'redis sentinel warning',
      'redis sentinel ok',
      ...Object.keys(well).map((name) => `${name} ok`),
    ]);
    expect(sentinel.received()).toContain('theirs');
    expect(data.received()).toContain('pass');
  });

  it('whose Sentinels do not know it is a problem', async () => {
    const { host } = await startFakeRedis(bulk('master0:name=other,status=ok,address=1.2.3.4:1\r\n'));
    const [finding] = await checkRedis('redis://x', signal, { sentinels: host });
    expect(finding).toMatchObject({
      state: 'problem',
      message: `${host} knows no primary of the name mymaster`,
    });
  });

  it('is asked where the slot of its prefix lies', async () => {
    const holder = await startFakeRedis(bulk(info({ ...sound, cluster_enabled: '1', role: 'master' })));
    const nodes = `a1 127.0.0.1:1@2 slave b 0 0 1 connected\nb2 ${holder.host}@3,name master - 0 0 1 connected 0-5\n`;
    const replies = `${bulk('cluster_state:ok\r\n')}:4\r\n${bulk(nodes)}`;
    const asked = await startFakeRedis(replies);
    const findings = await checkRedis(`redis://${asked.host}`, signal, { cluster: 'true', prefix: 'mine' });
    expect(findings.every(({ state }) => state === 'ok')).toBe(true);
    expect(findings[0]?.message).toBe(`${holder.host} holds goals (slot 4)`);
    expect(asked.received()).toContain('{mine}');
  });

  it('that is down is a problem', async () => {
    const { host } = await startFakeRedis(`${bulk('cluster_state:fail\r\n')}:4\r\n${bulk('')}`);
    const findings = await checkRedis(`redis://${host},redis://127.0.0.1:9`, signal);
    expect(findings.map(({ state }) => state)).toEqual(['problem', 'problem']);
  });

  it.each([
    ['cluster_enabled', '1', 'it is a node of a Cluster'],
    ['role', 'slave', 'it is a replica of ?:?'],
  ])('is not taken for one of its servers (%s)', (name, value, said) => {
    expect(judgeRedis(info({ ...sound, [name]: value }))[0]).toMatchObject({
      state: 'problem',
      message: said,
    });
  });

  it('serves slots one by one and in ranges, and by primaries alone', () => {
    const text = [
      'a 1.1.1.1:1@11 master - 0 0 1 connected 0-99 200',
      'b ::1:2@12 myself,master - 0 0 2 connected 100-199 [300->-c]',
    ].join('\n');
    expect([5, 100, 200, 300].map((slot) => holderOf(slot, text))).toEqual([
      '1.1.1.1:1',
      '::1:2',
      '1.1.1.1:1',
      null,
    ]);
  });
});

describe('a reply of Redis', () => {
  const whole = Buffer.from('$5\r\nhé!\n\r\n+OK\r\n');

  it('is read once it is whole, counted in bytes', () => {
    for (let length = 0; length < 11; length += 1) expect(readReply(whole.subarray(0, length))).toBeNull();
    expect(readReply(whole)).toEqual({ reply: { text: 'hé!\n' }, length: 11 });
    expect(readReply(whole.subarray(11))).toEqual({ reply: { text: 'OK' }, length: 5 });
  });
});
