import type { EmulatorControl } from '../../e2e/emulator.ts';
import type { DeliverySeen, Evidence, GoalSeen, ListedGoal, QuietSeen } from './evidence.ts';
import type { GoalClient } from './goal-client.ts';
import type { LedgerReader } from './ledger-reader.ts';

export interface EvidenceSources {
  readonly client: GoalClient;
  readonly ledger: LedgerReader;
  readonly emulator: EmulatorControl;
  readonly deliveries: readonly DeliverySeen[];
  readonly quiet: QuietSeen;
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
    return goalId === undefined ? [] : [{ goalId, text, wantsWebhook: request.webhook !== undefined }];
  });
}

/** Everything there is to see, once there is quiet. Baton's API, its Redis and the emulator must be reachable. */
export async function collectEvidence(sources: EvidenceSources): Promise<Evidence> {
  const { client, ledger, emulator, deliveries, quiet } = sources;
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
  return {
    client: client.log(),
    goals,
    listed,
    model: await emulator.calls(),
    deliveries: deliveries.map((each) => ({ ...each })),
    ledger: await ledger.read(),
    quiet,
  };
}
