import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';
import type { NewGoal } from '../client.ts';
import { spendingOptions, withSpendingFlags, type SpendingFlags } from './spending-flags.ts';
import { namesOf, wholeNumber, type Flagged } from './flags.ts';

type Options = NonNullable<NewGoal['options']>;
type Priority = NonNullable<Options['priority']>;
type Cache = NonNullable<Options['cache']>;

const priorities = namesOf<Priority>({ high: true, medium: true, low: true });
const caches = namesOf<Cache>({ off: true, read: true, write: true });
const MOST_ROUNDS = 5;
const MOST_JUDGES = 5;
const MOST_REPLANS = 5;

export interface ReviewFlags {
  readonly reviewRounds?: number | undefined;
  readonly judges?: number | undefined;
}

export interface GoalFlags extends ReviewFlags, SpendingFlags {
  readonly priority?: Priority | undefined;
  readonly deadline?: string | undefined;
  readonly approval?: true | undefined;
  readonly maxReplans?: number | undefined;
  readonly finishEarly?: true | undefined;
  readonly cache?: Cache | undefined;
}

/** Adds the flags of how results are judged. */
export function withReviewFlags<Args extends unknown[], Given extends OptionValues>(
  command: Command<Args, Given>,
): Flagged<ReviewFlags, Args, Given> {
  (command as unknown as Command)
    .option(
      '--review-rounds <n>',
      'times that a result is revised which the judges refuse; 0: nothing is judged',
      wholeNumber(0, MOST_ROUNDS),
    )
    .option(
      '--judges <n>',
      'judges of each result, more than half of whom must let it pass; 1 unless given',
      wholeNumber(1, MOST_JUDGES),
    );
  return command;
}

/** Adds the flags of how a goal is run. */
export function withGoalFlags<Args extends unknown[], Given extends OptionValues>(
  command: Command<Args, Given>,
): Flagged<GoalFlags, Args, Given> {
  withReviewFlags(command);
  (command as unknown as Command)
    .option(
      '--max-replans <n>',
      'times that the plan may be changed after a task has failed for good; 0 unless given',
      wholeNumber(0, MOST_REPLANS),
    )
    .option('--finish-early', "end once the outcomes of high priority suffice, by a judge's word")
    .addOption(
      new Option(
        '--cache <use>',
        'read: take the plan of an earlier, same goal; write: plan anew; both keep a new plan',
      ).choices(caches),
    )
    .addOption(
      new Option('--priority <level>', 'of its tasks in the queues; medium unless given').choices(priorities),
    )
    .option('--deadline <duration>', 'from now to its end, such as 90s, 10m or 2h')
    .option('--approval', 'its plan waits until somebody approves it');
  withSpendingFlags(command);
  return command;
}

/** What the flags say, as a request's `options` have it: only what was said is sent, the server knows the defaults. */
export function goalOptions(flags: GoalFlags): Options {
  const { priority, deadline, approval, reviewRounds, judges, maxReplans, finishEarly, cache } = flags;
  return {
    ...(priority !== undefined && { priority }),
    ...(deadline !== undefined && { deadline }),
    ...(approval !== undefined && { approval }),
    ...(reviewRounds !== undefined && { reviewRounds }),
    ...(judges !== undefined && { judges }),
    ...(maxReplans !== undefined && { maxReplans }),
    ...(finishEarly !== undefined && { finishEarly }),
    ...(cache !== undefined && { cache }),
    ...spendingOptions(flags),
  };
}
