import type { TextOutput } from '../../view/text-output.ts';
import type { ServerContext } from '../context.ts';
import { NOT_RIGHT, OK } from '../exit-code.ts';
import { outputOption, urlOption } from '../flags.ts';
import { writeJson } from '../result.ts';
import { subcommand, type AddCommand } from '../subcommand.ts';
import { paint, span, type Style } from '../../tree/styled-line.ts';
import type { Finding } from './finding.ts';
import { checkModel } from './model-check.ts';
import { checkRedis } from './redis-check.ts';
import { checkKey, checkReadiness, checkServer, checkVersions } from './server-checks.ts';
import { checkWorkers } from './worker-checks.ts';

export const doctor: AddCommand = (parent, actions) => {
  subcommand(parent, 'doctor', {
    group: 'The server',
    summary: 'check the server, its workers and what they stand on, and say what to do',
    more: `Looks at the server, your key, versions, clocks, readiness, workers and queues; at Redis when REDIS_URL or REDIS_SENTINELS is set, and at the
model's endpoint when ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL is set. Changes nothing, pays for nothing, prints no key.
Exit code 0 when nothing is a problem, 4 otherwise.`,
    examples: ['baton doctor', 'baton doctor --url https://baton.example.com -o json'],
  })
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, { output }) => {
        const findings = await examine(context);
        const isWell = findings.every(({ state }) => state !== 'problem');
        if (output === 'json') writeJson(context.stdout, { ok: isWell, checks: findings });
        else writeFindings(context.stdout, findings);
        return isWell ? OK : NOT_RIGHT;
      }),
    );
};

async function examine(context: ServerContext): Promise<Finding[]> {
  const { environment, signal } = context;
  const read = (name: string): string => environment[name]?.trim() ?? '';
  const redis = {
    url: read('REDIS_URL') || (read('REDIS_SENTINELS') === '' ? '' : 'redis://sentinels-know'),
    cluster: read('REDIS_CLUSTER'),
    sentinels: read('REDIS_SENTINELS'),
    sentinelMaster: read('REDIS_SENTINEL_MASTER'),
    sentinelPassword: read('REDIS_SENTINEL_PASSWORD'),
    prefix: read('BATON_PREFIX'),
  };
  const model = { baseUrl: read('ANTHROPIC_BASE_URL'), apiKey: read('ANTHROPIC_API_KEY') };
  const groups = await Promise.all([
    examineServer(context),
    redis.url === '' ? [] : checkRedis(redis, signal),
    model.baseUrl === '' && model.apiKey === '' ? [] : checkModel(model, signal),
  ]);
  return groups.flat();
}

async function examineServer({ server: address, client, signal, now }: ServerContext): Promise<Finding[]> {
  const server = { ...address, signal };
  const reached = await checkServer(server, now);
  if (reached.some(({ check, state }) => check === 'server' && state === 'problem')) return reached;
  const [readiness, versions, key] = await Promise.all([
    checkReadiness(server),
    checkVersions(server),
    checkKey(server),
  ]);
  const workers = key.mayRead ? await checkWorkers(client, signal) : [];
  return [...reached, ...readiness, ...versions, ...key.findings, ...workers];
}

const marks: Readonly<Record<Finding['state'], readonly [icon: string, style: Style]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  problem: ['✗', 'red'],
};

function writeFindings(output: TextOutput, findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, state, message, remedy } of findings) {
    const [icon, style] = marks[state];
    const line = [span(icon, style), span(` ${state.padEnd(7)}  ${check.padEnd(width)}  ${message}`)];
    output.write(`${paint(line, { width: Infinity, color: output.color })}\n`);
    if (remedy !== null) output.write(`${' '.repeat(width + 13)}${remedy}\n`);
  }
}
