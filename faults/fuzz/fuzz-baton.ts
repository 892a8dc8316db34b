import { Api } from '../../e2e/api.ts';
import { awaitGoals, noteGoals } from './accepted-goals.ts';
import { targets, type World } from './cases/fuzz-case.ts';
import { Schedule, type Batch } from './cases/schedule.ts';
import { Failures, type Failure } from './failures.ts';
import { fuzzPlanLaws } from './inside/plan-laws.ts';
import { fuzzSettings } from './inside/settings.ts';
import { LagMeter } from './loop-lag.ts';
import { MemoryWatch } from './memory.ts';
import { alarmingLines } from './program-logs.ts';
import { familyFigures, type RunReport } from './report.ts';
import { keysOf, openCounts, unaccountedCalls, unaccountedKeys } from './residue.ts';
import type { RunArguments } from './run-arguments.ts';
import { checkLimits } from './limits-check.ts';
import { runBatch, type BatchRun } from './run-batch.ts';
import { Sender } from './sender.ts';
import { startStack, type Stack } from './stack.ts';
import { Tallies } from './tally.ts';
import { HOST } from './wire/http-request.ts';
import { prepareWorld, type Prepared } from './world.ts';

export interface Watcher {
  onProgress(text: string): void;
  onFailure(failure: Failure): void;
}

/** Time between two lines of progress, in ms. */
const PROGRESS = 5_000;

/** Faults of the programs and not of one request. */
async function checkPrograms(
  stack: Stack,
  { goals, asked }: Prepared,
  before: ReadonlySet<string>,
  memory: MemoryWatch,
  failures: Failures,
): Promise<void> {
  const add = (what: string, faults: readonly string[]): void => {
    for (const fault of faults)
      failures.add({ family: 'all', what, fault, reproduction: 'run the seed again' });
  };
  add('a process ended', stack.deaths);
  add(
    'a log tells of a fault',
    targets.flatMap((target) => alarmingLines(stack.programs[target])),
  );
  if (stack.deaths.length > 0) return;
  add('a refused request left something in Redis', await unaccountedKeys(stack, before, goals));
  add('a tenant has goals open', await openCounts(stack));
  add('a refused request reached the model', await unaccountedCalls(stack, [...goals.values(), ...asked]));
  add('a process keeps its memory', await memory.faults());
}

/** The goal whose plan has waited all the time goes on. */
async function approve({ ports }: Stack, { waitingGoalId }: World): Promise<void> {
  const api = new Api(`http://${HOST}:${ports.open}`);
  await api.json('POST', `/v1/goals/${waitingGoalId}/approve`, 202);
}

function batchesOf(schedule: Schedule, { count, only }: RunArguments): Iterable<Batch> {
  if (only === null) return schedule.batches(count);
  const one = schedule.only(only);
  return [{ family: one.family, cases: [one] }];
}

async function sendEverything(
  run: BatchRun,
  batches: Iterable<Batch>,
  stack: Stack,
  onBatch: (sent: number) => void,
): Promise<number> {
  let sent = 0;
  for (const batch of batches) {
    try {
      await runBatch(run, batch);
    } catch (error) {
      if (stack.deaths.length === 0) throw error;
    }
    sent += batch.cases.length;
    if (stack.deaths.length > 0) {
      const [first, last] = [batch.cases[0], batch.cases.at(-1)];
      run.failures.add({
        family: batch.family,
        what: `cases ${first?.index} to ${last?.index}`,
        fault: stack.deaths.join('; '),
        reproduction: `npm run test:fuzz -- --seed ${run.seed} --only ${first?.index} … ${last?.index}`,
      });
      return sent;
    }
    onBatch(sent);
  }
  return sent;
}

function fuzzInside({ count, seed, only }: RunArguments, failures: Failures): RunReport['inside'] {
  if (only !== null) return { settings: 0, plans: 0 };
  const runs = Math.ceil(count / 5);
  const attempt = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      const reproduction = `npm run test:fuzz -- --seed ${seed} --count ${count}`;
      failures.add({ family: 'in process', what, fault: String((error as Error).stack), reproduction });
    }
  };
  attempt('the environment', () => fuzzSettings(runs, seed));
  attempt('the laws of plans', () => fuzzPlanLaws(runs, seed));
  return { settings: runs, plans: runs };
}

export async function fuzzBaton(given: RunArguments, redisUrl: string, watcher: Watcher): Promise<RunReport> {
  const started = performance.now();
  const failures = new Failures((failure) => watcher.onFailure(failure));
  const inside = fuzzInside(given, failures);
  const stack = await startStack(redisUrl);
  try {
    const { ports, programs } = stack;
    const prepared = await prepareWorld(stack);
    const before = await keysOf(stack);
    const memory = new MemoryWatch(targets.map((target) => ({ name: target, pid: programs[target].pid })));
    const tallies = new Tallies();
    const sender = new Sender(ports);
    const run: BatchRun = {
      seed: given.seed,
      ports,
      sender,
      meters: [new LagMeter(ports.open, programs.open.pid), new LagMeter(ports.keyed, programs.keyed.pid)],
      tallies,
      failures,
      isDocumented: prepared.isDocumented,
      onAnswers: (one, answers) => {
        noteGoals(prepared.goals, one, answers);
        if (one.asks !== undefined) prepared.asked.add(one.asks);
      },
    };
    const schedule = new Schedule(given.seed, prepared.definitions, prepared.world);
    let told = performance.now();
    const sent = await sendEverything(run, batchesOf(schedule, given), stack, (done) => {
      memory.look();
      if (performance.now() - told < PROGRESS) return;
      told = performance.now();
      watcher.onProgress(`${done} of ${given.count} cases, ${failures.all().length} kinds of failure`);
    });
    sender.close();
    const isAlive = stack.deaths.length === 0;
    if (isAlive) {
      await checkLimits(stack, failures);
      await approve(stack, prepared.world);
    }
    const succeeded = isAlive
      ? await awaitGoals(`http://${HOST}:${ports.open}`, prepared.goals, failures)
      : 0;
    await checkPrograms(stack, prepared, before, memory, failures);
    return {
      seed: given.seed,
      requests: sent,
      seconds: (performance.now() - started) / 1_000,
      families: familyFigures(tallies.all()),
      goals: { accepted: prepared.goals.size, succeeded },
      memory: memory.figures(),
      inside,
      failures: failures.all(),
    };
  } finally {
    await stack.stop();
  }
}
