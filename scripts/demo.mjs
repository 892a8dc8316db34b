import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { guardProcess } from './guardian.mjs';
import { repositoryRoot } from './paths.mjs';
import { SetupError, say, step } from './progress.mjs';
import { findRedis } from './redis.mjs';
import { runProgram } from './shutdown.mjs';
import { startStack } from './stack.mjs';

const defaultGoal = 'Compare solar, wind and nuclear power for a mid-sized European city and recommend a mix';
const usage = `npm run demo [-- "<goal>"]          (npm run -s demo … > answer.md for the answer alone)

Runs one goal from end to end on this machine and prints the answer: brings pnpm, dependencies, a build and a Redis
if they are missing, and removes what it started. Progress goes to stderr, the answer to stdout.
Without ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL an emulator answers in place of a model.

Default goal: ${defaultGoal}
`;

/** @param {string[]} given */
function goalFrom(given) {
  try {
    const { values, positionals } = parseArgs({
      args: given,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return null;
    if (positionals.length === 0) return defaultGoal;
    const goal = positionals.join(' ').trim();
    if (goal !== '') return goal;
    throw new Error('The goal is empty');
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ', 1)[0] : String(error);
    throw new SetupError(`${reason}. Usage: npm run demo [-- "<goal>"]`, { exitCode: 2 });
  }
}

/** @param {string} goal @param {string} url @param {import('./shutdown.mjs').Shutdown} shutdown @returns {Promise<number>} the exit code */
function runGoal(goal, url, shutdown) {
  return new Promise((resolve, reject) => {
    const client = join(repositoryRoot, 'packages', 'client', 'dist', 'main.js');
    const child = spawn(process.execPath, [client, 'run', goal], {
      env: { ...process.env, BATON_URL: url },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    shutdown.defer(() => void child.kill('SIGTERM'));
    child.once('error', reject);
    const release = guardProcess(child.pid);
    child.once('close', (code, signal) => {
      release();
      resolve(signal ? 1 : (code ?? 1));
    });
  });
}

/** @param {string} goal @param {import('./shutdown.mjs').Shutdown} shutdown */
async function demo(goal, shutdown) {
  await bootstrap();
  const redis = await step('Redis ready', findRedis);
  shutdown.defer(redis.stop);
  say(`Redis: ${redis.how}`);
  const stack = await step('Baton ready', () => startStack({ redisUrl: redis.url, shutdown }));
  if (stack.simulated) say('no ANTHROPIC_API_KEY: the emulator answers, the text below is simulated');
  say(`goal: ${goal}`);
  const outcome = await Promise.race([runGoal(goal, stack.url, shutdown), stack.failed]);
  if (outcome instanceof SetupError) throw outcome;
  return outcome;
}

await runProgram(async (shutdown) => {
  const goal = goalFrom(process.argv.slice(2));
  if (goal !== null) return demo(goal, shutdown);
  process.stdout.write(usage);
  return 0;
});
