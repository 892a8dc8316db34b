import { Api } from '../../e2e/api.ts';
import { until } from '../../e2e/until.ts';
import { itemsOf } from './batch-reply.ts';
import type { Draft } from './cases/fuzz-case.ts';
import type { Failures } from './failures.ts';
import { GOAL_ID } from './residue.ts';
import type { Answer } from './wire/connection.ts';

const PATIENCE = 120_000;
const WHOLE_ID = new RegExp(`^${GOAL_ID.source}$`);

function note(goals: Map<string, string>, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { id, goal } = value as { id?: unknown; goal?: unknown };
  if (typeof id === 'string' && WHOLE_ID.test(id) && typeof goal === 'string') goals.set(id, goal);
}

/** Notes the goals that an answer says were accepted. */
export function noteGoals(
  goals: Map<string, string>,
  { expected, target = 'open' }: Draft,
  answers: readonly Answer[],
): void {
  if (target !== 'open') return;
  for (const answer of answers) {
    if (answer.kind !== 'reply') continue;
    const { status, body } = answer.reply;
    const text = body.toString();
    if (status === 207) for (const { goal } of itemsOf(text)) note(goals, goal);
    if (status === 202 || (status === 200 && expected.kind === 'accepted')) note(goals, JSON.parse(text));
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
