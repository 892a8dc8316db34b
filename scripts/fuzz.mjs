import { bootstrap } from './bootstrap.mjs';
import { say, step } from './progress.mjs';
import { findRedis } from './redis.mjs';
import { runNode } from './run-node.mjs';
import { runProgram } from './shutdown.mjs';

await runProgram(async (shutdown) => {
  await bootstrap();
  const redis = await step('Redis ready', findRedis);
  shutdown.defer(redis.stop);
  say(`Redis: ${redis.how}`);
  return runNode('faults/fuzz/main.ts', shutdown, { REDIS_URL: redis.url });
});
