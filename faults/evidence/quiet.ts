import { isTerminal } from '@baton/shared/contract/goal-status';
import { until } from '../../e2e/until.ts';
import type { Action } from './client-log.ts';
import type { DeliverySeen, QuietSeen } from './evidence.ts';
import type { GoalClient } from './goal-client.ts';
import { goalIdOf } from './goal-of-delivery.ts';
import type { LedgerReader } from './ledger-reader.ts';

export interface QuietOptions {
  readonly client: GoalClient;
  readonly ledger: LedgerReader;
  /** What the receiver of webhooks has got so far. */
  readonly deliveries: readonly DeliverySeen[];
  /** ms. */
  readonly withinMs: number;
}

/** Goals that the API shows in a terminal state, with the status each had. */
class EndedGoals {
  readonly #client: GoalClient;
  readonly #ended = new Set<string>();

  constructor(client: GoalClient) {
    this.#client = client;
  }

  /** Accepted goals that are still open, or that the API does not know. */
  async unended(): Promise<string[]> {
    const open: string[] = [];
    for (const goalId of this.#client.goalIds) {
      if (this.#ended.has(goalId)) continue;
      const goal = await this.#client.goal(goalId);
      if (goal !== null && isTerminal(goal.status)) this.#ended.add(goalId);
      else open.push(goalId);
    }
    return open;
  }
}

/** Whether an accepted goal, or a run of it that was asked for, has not been told to who wanted to know. */
function isOneUntold(client: GoalClient, deliveries: readonly DeliverySeen[]): boolean {
  const told = new Map<string, Set<string>>();
  for (const delivery of deliveries) {
    if (delivery.answered === null || delivery.answered >= 300) continue;
    const goalId = goalIdOf(delivery);
    told.set(goalId, (told.get(goalId) ?? new Set()).add(delivery.id));
  }
  const { submissions, actions } = client.log();
  return submissions.some(({ request, answer }) => {
    if (request.webhook === undefined || answer.kind !== 'accepted') return false;
    const { goalId } = answer;
    const retries = actions.filter((each) => each.goalId === goalId && each.what === 'retry' && isDone(each));
    return (told.get(goalId)?.size ?? 0) < 1 + retries.length;
  });
}

function isDone({ status }: Action): boolean {
  return status !== null && status < 300;
}

/**
 * Resolves when every accepted goal has ended and been told to whoever asked for it, and nothing is under way or waiting in
 * Redis; or when the time has run out, which is for the checker to judge.
 */
export async function waitForQuiet({
  client,
  ledger,
  deliveries,
  withinMs,
}: QuietOptions): Promise<QuietSeen> {
  const started = performance.now();
  const left = (): number => withinMs - (performance.now() - started);
  const ended = new EndedGoals(client);
  // The cheapest question comes first; each later one is asked only when those before are answered.
  const questions: readonly [string, () => Promise<boolean>][] = [
    ['goals count as open', async () => (await ledger.openGoals()).length > 0],
    ['goals have not ended', async () => (await ended.unended()).length > 0],
    ['webhooks were not taken', async () => isOneUntold(client, deliveries)],
    ['jobs are waiting', async () => (await ledger.pendingJobs()).length > 0],
    ['jobs are locked', async () => (await ledger.locks()).length > 0],
  ];
  let lacking: string | null = 'nobody could be asked';
  const isQuiet = async (): Promise<boolean> => {
    for (const [what, isSo] of questions) {
      if (await isSo()) {
        lacking = what;
        return false;
      }
    }
    lacking = null;
    return true;
  };
  const unreachable = (error: Error): false => {
    lacking = error.message;
    return false;
  };
  await until('quiet', () => isQuiet().catch(unreachable), left()).catch(() => undefined);
  const reached = lacking === null;
  const tookMs = Math.round(performance.now() - started);
  return { reached, tookMs, lacking, unended: reached ? [] : await ended.unended().catch(() => []) };
}
