import { expect, test } from 'vitest';
import { findRedis } from './redis.mjs';

// Port 1 is nobody's.
const REDIS_URL = 'redis://user:password@127.0.0.1:1/2';

test('a server that is named and does not answer is a clear end', async () => {
  await expect(findRedis({ environment: { REDIS_URL } })).rejects.toThrow(
    'REDIS_URL names 127.0.0.1:1, but no Redis answers there (ECONNREFUSED)',
  );
});

test.each([
  ['REDIS_SENTINELS', { REDIS_URL, REDIS_SENTINELS: 'a:26379' }, REDIS_URL],
  ['REDIS_SENTINELS', { REDIS_SENTINELS: 'a:26379' }, 'redis://127.0.0.1:6379'],
  ['REDIS_URL', { REDIS_URL: 'redis://a:1,redis://b:2' }, 'redis://a:1,redis://b:2'],
])('%s of %o is left to those who connect', async (how, environment, url) => {
  expect(await findRedis({ environment })).toMatchObject({ how, url, pid: null });
});
