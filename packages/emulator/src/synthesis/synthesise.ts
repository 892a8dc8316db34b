import { digest } from '../answer/markdown-digest.ts';
import { isPlainList } from '../answer/plain-list.ts';
import type { OutcomeInput, SynthesisPrompt } from '../answer/prompt.ts';
import { SIMULATED_LINE, withoutSimulatedLine } from '../answer/simulated.ts';
import { factLines, readGoal, type GoalFacts } from '../goal/goal-facts.ts';
import { capitalise, listed, shorten } from '../goal/wording.ts';
import { applyFeedback } from '../review/apply-feedback.ts';
import { centrepiece } from './centrepiece.ts';
import { conflictSection } from './conflicts.ts';
import type { DigestedOutcome } from './digested-outcome.ts';
import { isUsable, missingSection } from './missing-section.ts';
import { themeSections } from './theme-sections.ts';
import { wholeTexts, wholeTextSections } from './whole-texts.ts';

/** Forms that take no references. */
const NO_REFERENCES = /\b(?:poem|haiku|letter|speech|lyrics|JSON only)\b/i;

/** The answer to a goal, combined from the outcomes of its tasks; says what is missing and why. */
export function synthesise(prompt: SynthesisPrompt): string {
  const answer = combine(prompt);
  return prompt.revision === null ? answer : applyFeedback(answer, prompt.revision);
}

function combine(prompt: SynthesisPrompt): string {
  const facts = readGoal(prompt.goal);
  const usable = prompt.outcomes
    .filter(isUsable)
    .map((outcome) => Object.assign({ digest: digest(outcome.output) }, outcome));
  const whole = wholeTexts(facts, usable);
  // A list that was gone through item by item is told by the items' own texts.
  const told = usable.filter(
    (outcome) =>
      !whole.includes(outcome) && !(whole.length > 0 && isPlainList(withoutSimulatedLine(outcome.output))),
  );
  const lines = [
    `# ${capitalise(facts.topic)}`,
    '',
    opening(facts, usable, prompt.outcomes.length),
    ...finishedEarly(prompt),
    '',
    factLines(facts).join(' · '),
    '',
    ...wholeTextSections(whole),
    ...(usable.length === 0 ? [] : centrepiece(facts, told)),
    ...themeSections(told),
    ...conflictSection(usable),
    ...missingSection(prompt.outcomes),
    '',
    SIMULATED_LINE,
  ];
  const text = lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return NO_REFERENCES.test(prompt.goal) ? withoutReferences(text, prompt.outcomes) : text;
}

function opening(facts: GoalFacts, usable: readonly DigestedOutcome[], tasks: number): string {
  const goal = shorten(facts.goal, 300).replace(/[.\s]+$/, '');
  if (usable.length === 0)
    return `The goal was: ${goal}. No task brought a result, so there is nothing to combine.`;
  const conclusion =
    usable.findLast((outcome) => !isCheck(outcome) && !isPlainList(withoutSimulatedLine(outcome.output))) ??
    usable.at(-1);
  const led =
    conclusion === undefined
      ? ''
      : ` It comes down to this [${conclusion.task}]: ${conclusion.digest.keySentence}`;
  return `The goal was: ${goal}. This answer combines ${usable.length} of ${tasks} tasks: ${listed(usable.map((outcome) => `[${outcome.task}]`))}.${led}`;
}

function isCheck(outcome: OutcomeInput): boolean {
  return outcome.worker === 'validator' || outcome.worker === 'reviewer';
}

function finishedEarly({ finishedEarly: reason, outcomes }: SynthesisPrompt): string[] {
  if (reason === '') return [];
  const left = outcomes.filter((outcome) => outcome.status === 'cancelled').map(({ task }) => `[${task}]`);
  const without = left.length === 0 ? '' : ` It does without ${listed(left)}.`;
  return ['', `This answer was finished early: ${shorten(reason, 300).replace(/[.\s]+$/, '')}.${without}`];
}

function withoutReferences(text: string, outcomes: readonly OutcomeInput[]): string {
  const unnamed = outcomes.reduce((answer, { task }) => answer.replaceAll(` [${task}]`, ''), text);
  return unnamed.replaceAll(/^(?:Text|Table|Split|Itinerary):\n+/gm, '');
}
