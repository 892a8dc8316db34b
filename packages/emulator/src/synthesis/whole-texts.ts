import { withoutSimulatedLine } from '../answer/simulated.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { capitalise, cut } from '../goal/wording.ts';
import type { DigestedOutcome } from './digested-outcome.ts';

const PRODUCERS = new Set(['writer', 'specialist', 'synthesizer']);
/** An item's heading, as the results of one task per item are put together. */
const NUMBERED = /^## \d+\. /m;
const MAX_CHARACTERS = 20_000;
const WORKING_NOTES = /^### (?:Built on|Sources|Kept to)$[\s\S]*?(?=^#{1,3} |(?![\s\S]))/gm;

/** Results that are what the goal asks for as they stand: kept whole, not summed up. */
export function wholeTexts(facts: GoalFacts, outcomes: readonly DigestedOutcome[]): DigestedOutcome[] {
  return outcomes.filter(
    ({ worker, output, description }) =>
      NUMBERED.test(output) ||
      (PRODUCERS.has(worker) &&
        (facts.kind === 'copy' || (facts.kind === 'content' && /^Edit\b/.test(description)))),
  );
}

export function wholeTextSections(outcomes: readonly DigestedOutcome[]): string[] {
  return outcomes.flatMap(({ output, task, description }) => {
    const text = cut(withoutSimulatedLine(output), MAX_CHARACTERS).replaceAll(WORKING_NOTES, '').trim();
    if (NUMBERED.test(text))
      return [
        text.replaceAll(/^## \d+\. (.+)$/gm, (_, title: string) => `## ${capitalise(title)}`),
        '',
        `Text: [${task}]`,
        '',
      ];
    const title = capitalise(description.replace(/[.\s]+$/, '') || task);
    return [`## ${title}`, '', text.replace(/^## .+\n+/, ''), '', `Text: [${task}]`, ''];
  });
}
