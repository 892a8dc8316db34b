import type { ModelTier } from '@baton/plan/worker-type';
import { taskEndedEvent } from '../contract/event.ts';
import type { BudgetForecast } from '../contract/forecast.ts';
import type { Budget, GoalOptions } from '../contract/goal-request.ts';
import type { Outcome } from '../contract/task-outcome.ts';
import type { ParentTask } from './goal-record.ts';
import type { Ledger } from './ledger.ts';
import { nanoUsdOf, usdOf } from './nano-usd.ts';
import { readFields } from './record-fields.ts';
import { outcomeText } from './task-record.ts';

/** Tokens and US dollars; null where there is no limit. */
export interface BudgetRoom {
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

/** How a plan runs within a budget; recorded with the plan. */
export interface RunBudget {
  /** Of tasks that are to use cheaper models than their own. */
  readonly tierLimits: ReadonlyMap<string, ModelTier>;
  /** Outcomes of tasks that are not to run. None that runs depends on one of them. */
  readonly leftOut: ReadonlyMap<string, Outcome>;
  /** What calls of tasks leave to the synthesis; null for a goal without a budget of its own. */
  readonly fence: BudgetRoom | null;
  /** For those who follow the goal; null when the budget changes nothing. */
  readonly told: BudgetForecast | null;
}

/** The goal's fields that hold the fence, for scripts; without a limit there is none to hold back from. */
export function fenceFields({ fence }: RunBudget): string[] {
  if (!fence) return [];
  return ['fenceTokens', String(fence.tokens ?? 0), 'fenceNanoUsd', String(nanoUsdOf(fence.costUsd ?? 0))];
}

/** What scripts record of a task that is not to run: outcome, event, event data; three empty texts for one that is. */
export function leftOutArguments(budget: RunBudget | null, taskId: string): [string, string, string] {
  const outcome = budget?.leftOut.get(taskId);
  if (!outcome) return ['', '', ''];
  const { status, errors, usage } = outcome;
  return [outcomeText(outcome), taskEndedEvent(status), JSON.stringify({ taskId, usage, errors })];
}

/** What scripts count as spent; lost: what calls of which nobody knows what they took were expected to. */
const tokenFields = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'lostTokens',
] as const;

const budgetFields = [
  'options',
  ...tokenFields,
  'costNanoUsd',
  'lostNanoUsd',
  'fenceTokens',
  'fenceNanoUsd',
  'parent',
] as const;

/** A budget that holds for a goal: its own, or that of a goal above it. */
export interface HeldBudget {
  readonly goalId: string;
  readonly budget: Budget;
  readonly spent: { readonly tokens: number; readonly costUsd: number };
  /** What is kept for the synthesis of the goal that it is of. */
  readonly fence: { readonly tokens: number; readonly costUsd: number };
}

/** Its own first, then upwards. What others have reserved meanwhile is not told. */
export async function readBudgets(ledger: Ledger, goalId: string): Promise<HeldBudget[]> {
  const held: HeldBudget[] = [];
  for (let at: string | null = goalId; at !== null;) {
    const fields: Partial<Record<(typeof budgetFields)[number], string>> = await readFields(
      ledger,
      ledger.goal(at).goal,
      budgetFields,
    );
    const count = (name: (typeof budgetFields)[number]): number => Number(fields[name] ?? 0);
    const { budget } = JSON.parse(fields.options ?? '{}') as Partial<GoalOptions>;
    if (budget) {
      held.push({
        goalId: at,
        budget,
        spent: {
          tokens: tokenFields.reduce((sum, name) => sum + count(name), 0),
          costUsd: usdOf(count('costNanoUsd') + count('lostNanoUsd')),
        },
        fence: { tokens: count('fenceTokens'), costUsd: usdOf(count('fenceNanoUsd')) },
      });
    }
    at = fields.parent ? (JSON.parse(fields.parent) as ParentTask).goalId : null;
  }
  return held;
}

function least(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/**
 * What budgets leave to the calls of a goal. @param fenceOf what is held back of one; what is kept for the synthesis of the goal that it
 * is of, unless given.
 */
export function roomIn(
  held: readonly HeldBudget[],
  fenceOf: (budget: HeldBudget) => BudgetRoom = ({ fence }) => fence,
): BudgetRoom {
  const left = (most: number | undefined, spent: number, fence: number | null): number | null =>
    most === undefined ? null : Math.max(0, most - spent - (fence ?? 0));
  return held.reduce<BudgetRoom>(
    (room, each) => {
      const { budget, spent } = each;
      const fence = fenceOf(each);
      return {
        tokens: least(room.tokens, left(budget.maxTokens, spent.tokens, fence.tokens)),
        costUsd: least(room.costUsd, left(budget.maxCostUsd, spent.costUsd, fence.costUsd)),
      };
    },
    { tokens: null, costUsd: null },
  );
}

/** What is left for a goal's answer, as it was when this rev of it was first put together: a run that begins again asks for the same. */
export async function roomOfAnswer(ledger: Ledger, goalId: string, rev: number): Promise<BudgetRoom> {
  const held = await readBudgets(ledger, goalId);
  if (held.length === 0) return { tokens: null, costUsd: null };
  const room = roomIn(held, ({ goalId: of, fence }) => (of === goalId ? { tokens: 0, costUsd: 0 } : fence));
  const kept = await ledger.run(
    'decideOnce',
    [ledger.goal(goalId).goal],
    ['answerRoom', rev, JSON.stringify(room)],
  );
  return JSON.parse(String(kept)) as BudgetRoom;
}
