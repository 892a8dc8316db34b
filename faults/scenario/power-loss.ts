import { repeatRate } from '../checker/repeats.ts';
import { outcomeIn } from '../checker/runs.ts';
import { collectEvidence } from '../evidence/collect.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { GoalClient } from '../evidence/goal-client.ts';
import { LedgerReader } from '../evidence/ledger-reader.ts';
import { waitForQuiet } from '../evidence/quiet.ts';
import { Random } from '../fuzz/random.ts';
import { openLabRedis } from '../lab/lab-redis.ts';
import type { Lab } from '../lab/lab.ts';
import { openLab } from '../lab/open-lab.ts';
import { confirmed, synced, type Acknowledging } from './power-loss/acknowledging.ts';
import { losePower, type Outage } from './power-loss/outage.ts';
import {
  repeatCommand,
  type ScenarioOptions,
  type ScenarioReport,
  type ScenarioViolation,
} from './report.ts';
import { CONCURRENCY } from './run-cases.ts';
import { judge, notCarriedOut, type CaseIdentity } from './verdict.ts';

export interface PowerLossOptions extends ScenarioOptions {
  /** Losses of power, for each way to acknowledge goals; 100 unless given. */
  readonly count?: number;
}

const QUIET_WITHIN = 180_000;
const COUNT = 100;
const PROGRESS_EVERY = 10;

interface CaseResult {
  readonly outages: readonly Outage[];
  readonly evidence: Evidence;
}

/** Why the server program here can't run it, or null. */
async function unfit({ ack }: Acknowledging): Promise<string | null> {
  if (ack !== 'disk') return null;
  const redis = await openLabRedis({ appendOnly: 'everysec' }, () => undefined);
  try {
    const [known] = (await redis.connection.call('COMMAND', 'INFO', 'WAITAOF')) as unknown[];
    if (known !== null && known !== undefined) return null;
    const version = /^redis_version:(\S+)/m.exec(await redis.connection.info('server'))?.[1];
    return `skipped: this Redis is ${version}, and WAITAOF came with 7.2; set REDIS_SERVER to the path of a newer redis-server or valkey-server`;
  } finally {
    await redis.close();
  }
}

async function run(lab: Lab, how: Acknowledging, options: PowerLossOptions): Promise<CaseResult> {
  const { seed, count = COUNT, log } = options;
  const random = new Random(seed, how.name.length);
  const client = new GoalClient({ urls: lab.apis.map(({ url }) => url ?? ''), follows: false });
  const ledger = new LedgerReader(() => lab.redis.connection, lab.prefix);
  const { deliveries } = lab.sink;
  let goals = 0;
  const newName = (): string => `power ${seed}-${(goals += 1)}`;
  const outages: Outage[] = [];
  while (outages.length < count) {
    outages.push(await losePower({ lab, client, random, how, newName }));
    const lost = outages.at(-1)?.lost.length ?? 0;
    if (outages.length % PROGRESS_EVERY === 0 || lost > 0) {
      log(
        `     ${outages.length}/${count} losses, ${client.goalIds.length} goals promised, ${lost} of them lost`,
      );
    }
  }
  const quiet = await waitForQuiet({ client, ledger, deliveries, withinMs: QUIET_WITHIN });
  const evidence = await collectEvidence({
    client,
    ledger,
    emulator: lab.emulator,
    deliveries,
    effects: lab.effects(),
    quiet,
  });
  await client.close();
  return { outages, evidence };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_024).toFixed(1)} KB`;
}

function inWords({ outages, evidence }: CaseResult): string {
  const promised = outages.reduce((total, each) => total + each.promised.length, 0);
  const lost = new Set(outages.flatMap((each) => each.lost)).size;
  const cut = outages.map(({ cutBytes }) => cutBytes).toSorted((left, right) => left - right);
  const midCommand = outages.filter(({ isMidCommand }) => isMidCommand).length;
  const { paid, repeated } = repeatRate(evidence);
  const unsuccessful = evidence.goals.filter(({ goal }) => goal?.status !== 'succeeded').length;
  return (
    `${outages.length} losses, ${promised} goals promised, ${lost} lost; cut off ${kilobytes(cut[cut.length >> 1] ?? 0)} in the ` +
    `median, ${kilobytes(cut.at(-1) ?? 0)} at most, in mid-command ${midCommand} times; ${repeated} of ${paid} calls repeated; ` +
    `${unsuccessful} goals not succeeded, for what their tasks had recorded was lost`
  );
}

function violationsOf(
  lab: Lab,
  identity: CaseIdentity,
  { outages, evidence }: CaseResult,
): ScenarioViolation[] {
  const lost = new Set(outages.flatMap((each) => each.lost));
  const losses = [...lost].map((goalId) => {
    const place = outages.findIndex((each) => each.lost.includes(goalId)) + 1;
    const message = `It was promised, and Redis had it no more after loss ${place}.`;
    return { case: identity.name, invariant: 'promised-goal', goalId, message, repeat: identity.repeat };
  });
  // What was written after the last promise may be lost, with what it said of calls and of tasks that had ended; the
  // goals may not.
  const found = judge(lab, identity, evidence, {
    faultsPastLock: outages.length * (lab.planners.length + lab.workers.length),
    concurrency: CONCURRENCY,
    minSuccess: 0.5,
    except: ['repeated-call', 'late-call', 'task-outcome'],
  });
  const twice = recordedTwice(evidence).map(({ goalId, message }) => ({
    case: identity.name,
    invariant: 'task-outcome',
    goalId,
    message,
    repeat: identity.repeat,
  }));
  return [...losses, ...found, ...twice];
}

/** Tasks with more than one outcome in what the ledger has in the end. No goal of this scenario is retried. */
function recordedTwice({ goals }: Evidence): { goalId: string; message: string }[] {
  return goals.flatMap(({ goalId, events }) => {
    const ended = events.flatMap((event) => outcomeIn(event)?.taskId ?? []);
    return ended
      .filter((taskId, place) => ended.indexOf(taskId) !== place)
      .map((taskId) => ({ goalId, message: `Task ${taskId} has more than one outcome.` }));
  });
}

/** Cuts what was not synced off Redis's append-only file, again and again, and looks for every goal that was promised. */
export async function powerLoss(options: PowerLossOptions): Promise<ScenarioReport> {
  const startedAt = performance.now();
  const wanted = [synced, confirmed].filter(
    ({ name }) => options.only === undefined || name.includes(options.only),
  );
  const figures: Record<string, string> = {};
  const violations: ScenarioViolation[] = [];
  let cases = 0;
  for (const how of wanted) {
    const { name } = how;
    const skipped = await unfit(how);
    if (skipped !== null) {
      figures[name] = skipped;
      options.log(`skip ${name}: ${skipped}`);
      continue;
    }
    const more = ['--only', `"${name}"`, '--losses', String(options.count ?? COUNT)];
    const identity: CaseIdentity = {
      scenario: 'power',
      name,
      repeat: repeatCommand('power', options.seed, more),
    };
    let lab: Lab | null = null;
    let found: ScenarioViolation[];
    try {
      lab = await openLab({
        redis: how.redis,
        environment: { ACK: how.ack },
        ...(options.root !== undefined && { root: options.root }),
      });
      const result = await run(lab, how, options);
      figures[name] = inWords(result);
      found = violationsOf(lab, identity, result);
      cases += result.outages.length;
    } catch (error) {
      found = notCarriedOut(lab, identity, error as Error);
    }
    await lab?.close();
    violations.push(...found);
    options.log(`${found.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${figures[name] ?? ''}`);
    for (const { invariant, goalId, message } of found)
      options.log(`     ${invariant} ${goalId ?? ''} ${message}`);
  }
  return { name: 'power loss', cases, violations, figures, tookMs: performance.now() - startedAt };
}
