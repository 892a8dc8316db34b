import { digest } from '../answer/markdown-digest.ts';
import type { OutcomeInput, SynthesisPrompt } from '../answer/prompt.ts';
import { SIMULATED_LINE } from '../answer/simulated.ts';
import { factLines, readGoal, type GoalFacts } from '../goal/goal-facts.ts';
import { capitalise, listed, shorten } from '../goal/wording.ts';
import { centrepiece } from './centrepiece.ts';
import type { DigestedOutcome } from './digested-outcome.ts';
import { themeSections } from './theme-sections.ts';

/** The answer to a goal, combined from the outcomes of its tasks; says what is missing and why. */
export function synthesise(prompt: SynthesisPrompt): string {
  const facts = readGoal(prompt.goal);
  const usable = prompt.outcomes
    .filter(
      (outcome) => outcome.output !== '' && (outcome.status === 'succeeded' || outcome.status === 'partial'),
    )
    .map((outcome) => Object.assign({ digest: digest(outcome.output) }, outcome));
  const missing = prompt.outcomes.filter((outcome) => !usable.some((kept) => kept.task === outcome.task));
  const lines = [
    `# ${capitalise(facts.topic)}`,
    '',
    opening(facts, usable, missing),
    '',
    factLines(facts).join(' · '),
    '',
    ...(usable.length === 0 ? [] : centrepiece(facts, usable)),
    ...themeSections(usable),
    ...missingSection(missing),
    '',
    SIMULATED_LINE,
  ];
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function opening(
  facts: GoalFacts,
  usable: readonly DigestedOutcome[],
  missing: readonly OutcomeInput[],
): string {
  const goal = shorten(facts.goal, 300).replace(/[.\s]+$/, '');
  if (usable.length === 0)
    return `The goal was: ${goal}. No task brought a result, so there is nothing to combine.`;
  const conclusion = usable.findLast((outcome) => !isCheck(outcome)) ?? usable.at(-1);
  const counted = `${usable.length} of ${usable.length + missing.length} tasks`;
  const led =
    conclusion === undefined
      ? ''
      : ` It comes down to this [${conclusion.task}]: ${conclusion.digest.keySentence}`;
  return `The goal was: ${goal}. This answer combines ${counted}: ${listed(usable.map((outcome) => `[${outcome.task}]`))}.${led}`;
}

function isCheck(outcome: OutcomeInput): boolean {
  return outcome.worker === 'validator' || outcome.worker === 'reviewer';
}

function missingSection(missing: readonly OutcomeInput[]): string[] {
  if (missing.length === 0) return [];
  return [
    '',
    '## What is missing',
    '',
    ...missing.map((outcome) => {
      const what = outcome.description === '' ? '' : ` ${shorten(outcome.description, 160)}`;
      const reason = outcome.reason === '' ? 'no reason was given' : shorten(outcome.reason, 300);
      return `- [${outcome.task}] ${outcome.status}:${what} Reason: ${reason.replace(/[.\s]+$/, '')}.`;
    }),
  ];
}
