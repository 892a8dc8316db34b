import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';
import type { NewGoal } from '../client.ts';
import { collect, namesOf, wholeNumber, type Flagged } from './flags.ts';

type Options = NonNullable<NewGoal['options']>;
type Decomposition = NonNullable<Options['decomposition']>;

const decompositions = namesOf<Decomposition>({ dynamic: true, constrained: true, hybrid: true });
const MOST_TASKS = 1_000;

export interface PlanningFlags {
  readonly maxTasks?: number | undefined;
  readonly workerType?: readonly string[] | undefined;
  readonly decomposition?: Decomposition | undefined;
  readonly taskTimeout?: string | undefined;
}

/** Adds the flags of what a plan may be. */
export function withPlanningFlags<Args extends unknown[], Given extends OptionValues>(
  command: Command<Args, Given>,
): Flagged<PlanningFlags, Args, Given> {
  (command as unknown as Command)
    .option('--max-tasks <n>', 'tasks that the plan may have; 20 unless given', wholeNumber(1, MOST_TASKS))
    .option('--worker-type <type>', 'a worker type that tasks may name; may be repeated', collect)
    .addOption(
      new Option('--decomposition <way>', 'how freely the goal is split; hybrid unless given').choices(
        decompositions,
      ),
    )
    .option('--task-timeout <duration>', 'that each task may take, at most, such as 90s or 10m');
  return command;
}

/** What the flags say, as a request's `options` have it. */
export function planningOptions(flags: PlanningFlags): Options {
  const { maxTasks, workerType, decomposition, taskTimeout } = flags;
  return {
    ...(maxTasks !== undefined && { maxTasks }),
    ...(workerType !== undefined && { workerTypes: [...workerType] }),
    ...(decomposition !== undefined && { decomposition }),
    ...(taskTimeout !== undefined && { taskTimeout }),
  };
}
