import type { Evidence } from '../evidence/evidence.ts';
import { callsByGoal, isPaid, treeOf } from './goal-calls.ts';
import { repeatsIn, sum, type Repeat } from './repeats.ts';
import type { Expectations, Violation } from './violation.ts';
import { grouped } from './grouped.ts';

const invariant = 'repeated-call';

/** No answer is paid for again but for those that faults lost, and each goal tells of all of its own. */
export function checkRepeatedCalls(
  evidence: Evidence,
  { faultsPastLock, concurrency, lostAnswers }: Required<Omit<Expectations, 'except'>>,
): Violation[] {
  if (evidence.model.forgotten > 0) {
    return [
      {
        invariant,
        message: `The emulator has forgotten ${evidence.model.forgotten} calls: nothing can be said of repeats.`,
      },
    ];
  }
  const repeats = repeatsIn(evidence);
  return [...untold(evidence, repeats), ...unexplained(repeats, concurrency * faultsPastLock + lostAnswers)];
}

function unexplained(repeats: readonly Repeat[], allowed: number): Violation[] {
  const left = repeats.filter(({ repeated, lostByModel }) => repeated > lostByModel);
  const total = sum(left, ({ repeated, lostByModel }) => repeated - lostByModel);
  if (total <= allowed) return [];
  const list = left
    .slice(0, 20)
    .map(({ goalId, what, repeated }) => `${goalId} ${what} ×${repeated + 1}`)
    .join('; ');
  return [
    {
      invariant,
      message: `${total} calls were paid for again, where the faults explain ${allowed}: ${list}`,
    },
  ];
}

/** What a goal says of its calls and its sub-goals' is never less than what the emulator was paid for, nor counted twice. */
function untold(evidence: Evidence, repeats: readonly Repeat[]): Violation[] {
  const repeatsOf = grouped(repeats, ({ goalId }) => goalId);
  const callsOf = new Map(callsByGoal(evidence).map(({ seen, calls }) => [seen.goalId, calls]));
  return evidence.goals.flatMap((seen) => {
    const { goalId, goal, events } = seen;
    if (goal === null) return [];
    const { usage, status } = goal;
    const messages: string[] = [];
    const tree = treeOf(seen, evidence.goals);
    const all = tree.flatMap((each) => repeatsOf.get(each.goalId) ?? []);
    const repeated = sum(all, (each) => each.repeated);
    if (repeated > usage.possiblyRepeatedCalls) {
      const list = all.map((each) => `${each.what} ×${each.repeated + 1}`).join('; ');
      messages.push(
        `${repeated} of its calls were paid for again, and it tells of ${usage.possiblyRepeatedCalls}: ${list}`,
      );
    }
    const paid = tree.flatMap((each) => callsOf.get(each.goalId) ?? []).filter(isPaid).length;
    const told = usage.calls + usage.possiblyRepeatedCalls;
    // A run that fails or is cancelled may have paid for answers that nobody was there to take.
    const isWhole = status === 'succeeded' && !events.some(({ event }) => event === 'goal.retried');
    if (isWhole && paid > told) messages.push(`It cost ${paid} calls, and tells of ${told}.`);
    if (usage.calls > paid) messages.push(`It tells of ${usage.calls} answers, where ${paid} were paid for.`);
    return messages.map((message) => ({ invariant, goalId, message }));
  });
}
