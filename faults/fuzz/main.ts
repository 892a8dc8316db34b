/**
 * Sends tens of thousands of bad requests, and a few odd lawful ones, to a running Baton; README.md tells what must hold.
 * `REDIS_URL` names the Redis. Exits 1 when something did not hold.
 */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readArguments, type RunArguments } from './run-arguments.ts';
import { failureText, reportText } from './report.ts';
import { fuzzBaton } from './fuzz-baton.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function run(given: RunArguments, redisUrl: string): Promise<number> {
  say(`seed ${given.seed}`);
  const report = await fuzzBaton(given, redisUrl, {
    onProgress: say,
    onFailure: (failure) => say(failureText(failure)),
  });
  process.stdout.write(`${reportText(report)}\n`);
  if (given.json !== null) writeFileSync(given.json, `${JSON.stringify(report, null, 2)}\n`);
  return report.failures.length > 0 ? 1 : 0;
}

const { REDIS_URL: redisUrl } = process.env;
if (redisUrl === undefined) throw new Error('REDIS_URL is not set: run this as npm run test:fuzz.');
process.exitCode = await run(
  readArguments(process.argv.slice(2), process.env, () => randomInt(2 ** 31)),
  redisUrl,
);
