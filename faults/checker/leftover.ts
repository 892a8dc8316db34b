import { isTerminal } from '@baton/shared/contract/goal-status';
import type { Evidence } from '../evidence/evidence.ts';
import type { Violation } from './violation.ts';

const invariant = 'leftover';
const GOAL_ID = /goal_[0-9a-z]+/;
const SHOWN = 10;

/**
 * After quiet nothing is under way, waiting or locked, nothing counts as open, and every key is of a goal that is known, or
 * that was there before this client came.
 */
export function checkLeftovers({ ledger, goals, client, listed, quiet }: Evidence): Violation[] {
  const { keys, pendingJobs, openGoals } = ledger;
  const known = new Map(goals.map(({ goalId, goal }) => [goalId, goal]));
  const ended = (goalId: string | undefined): boolean => {
    const goal = known.get(goalId ?? '');
    return goal === undefined || goal === null || isTerminal(goal.status);
  };
  const jobs = pendingJobs
    .filter(({ jobId }) => GOAL_ID.test(jobId) && ended(GOAL_ID.exec(jobId)?.[0]))
    .map(({ queue, jobId, state }) => `${state} ${queue}/${jobId}`);
  const locks = keys.filter((key) => key.endsWith(':lock'));
  const open = openGoals.filter((goalId) => ended(goalId));
  const since = Math.min(...client.submissions.map(({ sentAt }) => sentAt));
  const earlier = new Set(listed.filter(({ createdAt }) => createdAt < since).map(({ goalId }) => goalId));
  const isStrange = (goalId: string): boolean => !known.has(goalId) && !earlier.has(goalId);
  const strange = keys.filter((key) => GOAL_ID.test(key) && isStrange(GOAL_ID.exec(key)?.[0] ?? ''));
  const refusedTexts = new Set(
    client.submissions
      .filter(({ answer }) => answer.kind === 'refused' && answer.status < 500)
      .map(({ request }) => request.goal.trim()),
  );
  const refused = listed.filter(({ text }) => refusedTexts.has(text.trim())).map(({ goalId }) => goalId);
  // Goals that never ended are told of one by one, elsewhere.
  const unrest = quiet.reached || quiet.unended.length > 0 ? [] : [quiet.lacking ?? 'nothing'];
  return [
    ...unrest.map(
      (what) => ({ invariant, message: `In ${quiet.tookMs} ms there was no quiet: ${what}.` }) as const,
    ),
    ...violation('jobs of goals that have ended wait', jobs),
    ...violation('locks are held', locks),
    ...violation('goals that have ended count as open', open),
    ...violation('keys are of goals that nobody was told of', strange),
    ...violation('goals are there whose requests were refused', refused),
  ];
}

function violation(what: string, items: readonly string[]): Violation[] {
  if (items.length === 0) return [];
  const more = items.length > SHOWN ? ` and ${items.length - SHOWN} more` : '';
  return [{ invariant, message: `${items.length} ${what}: ${items.slice(0, SHOWN).join(', ')}${more}` }];
}
