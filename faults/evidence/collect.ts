import type { EmulatorControl } from '../../e2e/emulator.ts';
import type { DeliverySeen, Evidence, GoalSeen, ListedGoal, QuietSeen, ToolEffect } from './evidence.ts';
import type { GoalClient } from './goal-client.ts';
import type { LedgerReader } from './ledger-reader.ts';

export interface EvidenceSources {
  readonly client: GoalClient;
  readonly ledger: LedgerReader;
  readonly emulator: EmulatorControl;
  readonly deliveries: readonly DeliverySeen[];
  readonly effects: readonly ToolEffect[];
  readonly quiet: QuietSeen;
  /** Goals of earlier sessions in the same lab. */
  readonly isEarlier?: (goalId: string) => boolean;
}

/** ms that readers may take to see the last events. */
const CATCH_UP = 10_000;
/** Goals read at once. */
const LANES = 8;

/** Goals to look at: the accepted ones, and those that are there though nobody was told so. */
function goalsToSee(client: GoalClient, listed: readonly ListedGoal[]): Omit<GoalSeen, 'goal' | 'events'>[] {
  const idByText = new Map(listed.map(({ text, goalId }) => [text.trim(), goalId]));
  return client.log().submissions.flatMap(({ request, answer }) => {
    const text = request.goal;
    const goalId = answer.kind === 'accepted' ? answer.goalId : idByText.get(text.trim());
    return goalId === undefined
      ? []
      : [{ goalId, text, wantsWebhook: request.webhook !== undefined, parent: null }];
  });
}

const GOAL_ID = /goal_[0-9a-z]+/;

/** Goals that have keys and were made for tasks of these, or for tasks of theirs. */
async function subGoals(
  client: GoalClient,
  keys: readonly string[],
  above: readonly GoalSeen[],
  isEarlier: (goalId: string) => boolean,
): Promise<GoalSeen[]> {
  const known = new Set(above.map(({ goalId }) => goalId));
  const ids = new Set(keys.flatMap((key) => GOAL_ID.exec(key)?.[0] ?? []));
  const found: GoalSeen[] = [];
  for (const goalId of ids) {
    if (known.has(goalId) || isEarlier(goalId)) continue;
    const goal = await client.goal(goalId);
    if (!goal?.parent) continue;
    const { goal: text, parent } = goal;
    found.push({ goalId, text, wantsWebhook: false, parent, goal, events: await client.events(goalId) });
  }
  const parents = new Map(found.map(({ goalId, parent }) => [goalId, parent?.goalId]));
  return found.filter(({ goalId }) => {
    let up: string | undefined = goalId;
    while (up !== undefined && !known.has(up)) up = parents.get(up);
    return up !== undefined;
  });
}

/** Everything there is to see, once there is quiet. Baton's API, its Redis and the emulator must be reachable. */
export async function collectEvidence(sources: EvidenceSources): Promise<Evidence> {
  const { client, ledger, emulator, deliveries, effects, quiet, isEarlier = () => false } = sources;
  await client.catchUp(CATCH_UP);
  const listed = await client.list();
  const wanted = goalsToSee(client, listed);
  const goals: GoalSeen[] = [];
  const lane = async (): Promise<void> => {
    for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
      const { goalId } = next;
      goals.push({ ...next, goal: await client.goal(goalId), events: await client.events(goalId) });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const seen = await ledger.read();
  goals.push(...(await subGoals(client, seen.keys, goals, isEarlier)));
  return {
    client: client.log(),
    goals,
    listed,
    model: await emulator.calls(),
    deliveries: deliveries.map((each) => ({ ...each })),
    effects,
    ledger: seen,
    quiet,
  };
}
