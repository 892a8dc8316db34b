import type { RunArguments } from './run-arguments.ts';
import { continuous } from './scenario/continuous.ts';
import { crashMatrix } from './scenario/crash-matrix.ts';
import { idempotency } from './scenario/idempotency.ts';
import { modelFaults } from './scenario/model-faults.ts';
import { powerLoss } from './scenario/power-loss.ts';
import { redisFaults } from './scenario/redis-faults.ts';
import type { ScenarioOptions, ScenarioReport } from './scenario/report.ts';
import { rolling } from './scenario/rolling.ts';
import { schedules } from './scenario/schedules.ts';

type Run = (options: ScenarioOptions, given: RunArguments) => Promise<ScenarioReport>;

const MINUTE = 60_000;

/** By the names that the command line takes, in the order in which they run. */
export const suite: Readonly<Record<string, Run>> = {
  matrix: (options, { short, numbers: { seeds, sample = short ? 12 : undefined, lanes } }) =>
    crashMatrix({ ...options, ...defined({ seeds, sample, lanes }) }),
  tools: (options, { short, numbers: { seeds = short ? 1 : 5, sample = short ? 3 : undefined, lanes } }) =>
    crashMatrix({ ...options, only: options.only ?? 'tool.', seeds, ...defined({ sample, lanes }) }),
  batches: (options, { short, numbers: { seeds = short ? 1 : 5, lanes } }) =>
    crashMatrix({
      ...options,
      only: options.only ?? (short ? 'batch.submitted kill' : 'batch.'),
      seeds,
      ...defined({ lanes }),
    }),
  schedules: (options, { short, numbers: { schedules: count = short ? 1 : 200, lanes } }) =>
    schedules({ ...options, count, ...defined({ lanes }) }),
  continuous: (options, { short, numbers }) => {
    const { tasks: tasksPerGoal, open } = numbers;
    const long = { goals: 2_000, faultEvery: 7_000, longest: 30 * MINUTE };
    const { goals, 'fault-every': faultEvery, longest } = numbers;
    return continuous({
      ...options,
      ...(short ? {} : long),
      ...defined({ goals, tasksPerGoal, faultEvery, open, longest }),
    });
  },
  idempotency: (options, { short, numbers: { keys: count = short ? 2 : 20, lanes } }) =>
    idempotency({ ...options, count, ...defined({ lanes }) }),
  rolling: (options, { short, from, numbers: { rounds = short ? 1 : 2 } }) =>
    rolling({ ...options, rounds, from }),
  redis: (options, { short }) => redisFaults({ ...options, short }),
  cluster: (options, { short }) => redisFaults({ ...options, short, of: 'cluster' }),
  sentinel: (options, { short }) => redisFaults({ ...options, short, of: 'sentinel' }),
  power: (options, { short, numbers: { losses: count = short ? 3 : undefined } }) =>
    powerLoss({ ...options, ...defined({ count }) }),
  model: (options, { short }) => modelFaults({ ...options, short }),
};

/** Without what is undefined, so that defaults hold. */
function defined<T extends object>(given: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
