import { Api } from '../../e2e/api.ts';
import { until } from '../../e2e/until.ts';
import type { Failures } from './failures.ts';
import { GOAL_ID } from './residue.ts';
import type { Answer } from './wire/connection.ts';

const PATIENCE = 120_000;
const WHOLE_ID = new RegExp(`^${GOAL_ID.source}$`);

/** Notes the goals that an answer says were accepted. */
export function noteGoals(goals: Map<string, string>, answers: readonly Answer[]): void {
  for (const answer of answers) {
    if (answer.kind !== 'reply' || answer.reply.status !== 202) continue;
    const { id, goal } = JSON.parse(answer.reply.body.toString()) as { id?: unknown; goal?: unknown };
    if (typeof id === 'string' && WHOLE_ID.test(id) && typeof goal === 'string') goals.set(id, goal);
  }
}

/** Waits for the end of every goal; how many succeeded. The others are failures: all of them are lawful. */
export async function awaitGoals(
  url: string,
  goals: ReadonlyMap<string, string>,
  failures: Failures,
): Promise<number> {
  const api = new Api(url);
  let succeeded = 0;
  for (const id of goals.keys()) {
    const ended = await until(
      `${id} has ended`,
      async () => {
        const goal = await api.goal(id);
        return goal.finishedAt === null ? null : goal;
      },
      PATIENCE,
    );
    if (ended.status === 'succeeded') succeeded += 1;
    else
      failures.add({
        family: 'odd-goals',
        what: JSON.stringify(ended.goal.slice(0, 200)),
        fault: `ended ${ended.status}: ${JSON.stringify(ended.error ?? ended.missing)}`,
        reproduction: `GET ${url}/v1/goals/${id}`,
      });
  }
  return succeeded;
}
