import type { OutcomeInput } from '../answer/prompt.ts';
import { shorten } from '../goal/wording.ts';

/** What the answer lacks and why: tasks without a result, and those whose result is known to be incomplete. */
export function missingSection(outcomes: readonly OutcomeInput[]): string[] {
  const lacking = outcomes.filter(
    (outcome) => !isUsable(outcome) || (isPartial(outcome) && outcome.reason !== ''),
  );
  if (lacking.length === 0) return [];
  return [
    '',
    '## What is missing',
    '',
    ...lacking.map((outcome) => {
      const what = outcome.description === '' ? '' : ` ${shorten(outcome.description, 160)}`;
      const reason = outcome.reason === '' ? 'no reason was given' : shorten(outcome.reason, 300);
      return `- [${outcome.task}] ${outcome.status}:${what} Reason: ${reason.replace(/[.\s]+$/, '')}.`;
    }),
  ];
}

export function isUsable(outcome: OutcomeInput): boolean {
  return outcome.output !== '' && (outcome.status === 'succeeded' || isPartial(outcome));
}

function isPartial(outcome: OutcomeInput): boolean {
  return outcome.status === 'partial';
}
