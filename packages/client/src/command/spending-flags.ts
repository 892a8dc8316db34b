import { InvalidArgumentError, type Command, type OptionValues } from '@commander-js/extra-typings';
import type { NewGoal } from '../client.ts';
import { wholeNumber, type Flagged } from './flags.ts';

type Options = NonNullable<NewGoal['options']>;
type Budget = NonNullable<Options['budget']>;

const MOST_TOKENS = 999_999_999;

/** Flags of what a goal may spend, and of how its calls are made. */
export interface SpendingFlags {
  readonly maxTokens?: number | undefined;
  readonly maxCost?: number | undefined;
  readonly taskMaxTokens?: number | undefined;
  readonly taskMaxCost?: number | undefined;
  readonly relaxed?: true | undefined;
  readonly hedge?: true | undefined;
  readonly singleFlight?: true | undefined;
}

function dollars(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a number of US dollars above 0, such as 2.5.');
}

/** Adds the flags. */
export function withSpendingFlags<Args extends unknown[], Given extends OptionValues>(
  command: Command<Args, Given>,
): Flagged<SpendingFlags, Args, Given> {
  const tokens = wholeNumber(1, MOST_TOKENS);
  (command as unknown as Command)
    .option('--max-tokens <n>', 'tokens that the goal may use, its sub-goals included', tokens)
    .option('--max-cost <usd>', 'US dollars that the goal may cost, its sub-goals included', dollars)
    .option('--task-max-tokens <n>', 'tokens that each task may use', tokens)
    .option('--task-max-cost <usd>', 'US dollars that each task may cost', dollars)
    .option('--relaxed', 'calls go through batches, at half the price and within a day')
    .option('--hedge', 'calls that are slower than most of their kind are made a second time')
    .option('--single-flight', 'calls that are the same as one under way share its answer');
  return command;
}

/** What the flags say, as a request's `options` have it. */
export function spendingOptions(flags: SpendingFlags): Options {
  const budget = budgetOf(flags.maxTokens, flags.maxCost);
  const taskBudget = budgetOf(flags.taskMaxTokens, flags.taskMaxCost);
  const { relaxed, hedge, singleFlight } = flags;
  return {
    ...(budget && { budget }),
    ...(taskBudget && { taskBudget }),
    ...(relaxed !== undefined && { latency: 'relaxed' }),
    ...(hedge !== undefined && { hedge }),
    ...(singleFlight !== undefined && { singleFlight }),
  };
}

function budgetOf(maxTokens: number | undefined, maxCostUsd: number | undefined): Budget | null {
  if (maxTokens === undefined && maxCostUsd === undefined) return null;
  return { ...(maxTokens !== undefined && { maxTokens }), ...(maxCostUsd !== undefined && { maxCostUsd }) };
}
