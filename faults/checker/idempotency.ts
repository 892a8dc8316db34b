import type { SubmitAnswer } from '../evidence/client-log.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Violation } from './violation.ts';

const invariant = 'idempotency';

/** Of the requests of one Idempotency-Key exactly one goal has come, every answer names it, and one answer made it. */
export function checkIdempotency({ client, listed }: Evidence): Violation[] {
  return client.submissions.flatMap(({ request, keyed, answer }) => {
    if (keyed === undefined) return [];
    const text = request.goal.trim();
    const there = listed.filter((goal) => goal.text.trim() === text).map(({ goalId }) => goalId);
    return [...unlike(keyed), ...untaken(keyed, answer), ...goalsOf(keyed, there)].map((message) => ({
      invariant,
      message: `The key of "${text}": ${message}`,
    }));
  });
}

function unlike(answers: readonly SubmitAnswer[]): string[] {
  const taken = answers.filter((answer) => answer.kind === 'accepted');
  const ids = [...new Set(taken.map(({ goalId }) => goalId))];
  const makers = taken.filter(({ isReplay }) => !isReplay).length;
  return [
    ...(ids.length > 1 ? [`its answers name ${ids.length} goals, ${ids.join(', ')}.`] : []),
    ...(makers > 1 ? [`${makers} answers say that they made the goal.`] : []),
  ];
}

function untaken(answers: readonly SubmitAnswer[], last: SubmitAnswer): string[] {
  if (last.kind === 'accepted') return [];
  const said = last.kind === 'refused' ? `${last.status} ${last.problem}` : last.reason;
  return [`it was sent ${answers.length} times, and the last answer is: ${said}.`];
}

function goalsOf(answers: readonly SubmitAnswer[], there: readonly string[]): string[] {
  if (there.length > 1) return [`it has made ${there.length} goals, ${there.join(', ')}.`];
  const isTaken = answers.some(({ kind }) => kind === 'accepted');
  return isTaken && there.length === 0 ? ['it was taken, and no goal of it is listed.'] : [];
}
