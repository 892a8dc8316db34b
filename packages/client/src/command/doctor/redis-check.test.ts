import { describe, expect, it } from 'vitest';
import { startFakeRedis } from '../../testing/fake-redis.ts';
import { checkRedis, judgeRedis } from './redis-check.ts';
import { readReply } from './redis-connection.ts';

const { signal } = new AbortController();

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

  it('behind Sentinel is left to the server, without a word of its address', async () => {
    const [finding] = await checkRedis('redis+sentinel://:secret@a,b/main', signal);
    expect(finding).toMatchObject({ check: 'redis', state: 'warning' });
    expect(JSON.stringify(finding)).not.toContain('secret');
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
