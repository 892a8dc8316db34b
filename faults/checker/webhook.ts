import { isTerminal } from '@baton/shared/contract/goal-status';
import type { DeliverySeen, Evidence, GoalSeen } from '../evidence/evidence.ts';
import { goalIdOf, statusOf } from '../evidence/goal-of-delivery.ts';
import { isTerminalEvent } from './runs.ts';
import type { Violation } from './violation.ts';
import { grouped } from './grouped.ts';

const invariant = 'webhook';

/** Each end of a goal that asked for it is told at least once, always under one id and in the same words; nothing else is told. */
export function checkWebhooks({ goals, deliveries }: Evidence): Violation[] {
  const byGoal = grouped(deliveries, goalIdOf);
  const known = new Set(goals.map(({ goalId }) => goalId));
  const strange = [...byGoal.keys()]
    .filter((goalId) => !known.has(goalId))
    .map(
      (goalId) =>
        ({
          invariant,
          message: `A webhook told of ${goalId || 'no goal'}, which nobody submitted.`,
        }) as const,
    );
  const wrong = goals.flatMap((seen) =>
    messagesOf(seen, byGoal.get(seen.goalId) ?? []).map(
      (message) => ({ invariant, goalId: seen.goalId, message }) as const,
    ),
  );
  return [...strange, ...wrong];
}

function messagesOf({ goal, wantsWebhook, events }: GoalSeen, deliveries: readonly DeliverySeen[]): string[] {
  if (!wantsWebhook)
    return deliveries.length > 0 ? [`It asked for no webhook, and ${deliveries.length} came.`] : [];
  if (goal === null || !isTerminal(goal.status))
    return deliveries.length > 0 ? ['It has not ended, and a webhook says so.'] : [];
  const byId = [...grouped(deliveries, ({ id }) => id)];
  const messages = byId.flatMap(([id, told]) => {
    const said = new Set(told.map((each) => `${each.type} ${statusOf(each)}`));
    const [first] = told;
    const differs =
      said.size > 1 ? [`Its webhook ${id} said different things: ${[...said].join(', ')}.`] : [];
    const isOdd = first !== undefined && first.type !== `goal.${statusOf(first)}`;
    return isOdd
      ? [...differs, `Its webhook ${id} of type ${first.type} has the status ${statusOf(first)}.`]
      : differs;
  });
  const ends = events.filter(isTerminalEvent).map(({ event }) => event as string);
  const told = byId.map(([, [first]]) => first?.type ?? '');
  if (ends.toSorted().join() !== told.toSorted().join()) {
    messages.push(
      `It ended as ${ends.join(', ') || 'nothing'}, and its webhooks told of ${told.join(', ') || 'nothing'}.`,
    );
  }
  return messages;
}
