import type { GoalFacts } from '../goal/goal-facts.ts';
import { subjectMatter } from '../goal/subject-matter.ts';
import { capitalise } from '../goal/wording.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';
import { mannerOf, mannersFor, mannersIn } from './manners.ts';

const ASKED_FOR =
  /\b(?:versions?|variants?|variations?|approach(?:es)?|tones?|styles?|manners?|product descriptions?)\b/i;

export function wantsVariants(facts: GoalFacts): boolean {
  if (facts.kind !== 'copy') return false;
  return mannersIn(facts.goal).length >= 2 || (facts.subjects.length < 2 && ASKED_FOR.test(facts.goal));
}

/** The same text in several manners, side by side, and a look at which serves whom. */
export function variantsPlan(facts: GoalFacts): DraftTask[] {
  const matter = subjectMatter(facts.topic);
  const manners = mannersFor(facts.goal);
  const ids = idsFor('version', manners);
  const versions = manners.map((manner, index) =>
    draft({
      id: ids[index] ?? manner,
      stage: 'produce',
      suits: index === manners.length - 1 ? suits.expertise : suits.writing,
      approach: manner,
      focus: `The ${manner} manner: ${mannerOf(manner)}.`,
      description: `Write the ${manner} version of the text on ${matter}.`,
      requirements: [`${capitalise(manner)} throughout`, 'One call to action'],
      dependencies: ['audience'],
      priority: 'high',
    }),
  );
  return [
    draft({
      id: 'audience',
      stage: 'gather',
      suits: suits.research,
      description: `Research the audience of the text on ${matter}.`,
      requirements: ['What it wants', 'What holds it back'],
      priority: 'high',
    }),
    ...versions,
    draft({
      id: 'choice',
      stage: 'check',
      suits: suits.review,
      description: `Review the versions of the text on ${matter} and say which serves whom.`,
      requirements: ['The strength of each version', 'No claim without a proof'],
      dependencies: ids,
      complexity: 'low',
    }),
  ];
}
