import { countOf, type FanOut } from '../goal/fan-out.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { subjectMatter } from '../goal/subject-matter.ts';
import { draft, suits, type DraftTask } from './draft-task.ts';

/** A text whose sections are planned first and then written side by side, one task each. */
export function sectionsPlan(facts: GoalFacts, { one, many }: FanOut): DraftTask[] {
  const matter = subjectMatter(facts.topic);
  const count = countOf({ one, many }, facts.goal);
  const listed = facts.subjects.length < 2 ? '' : `: ${facts.subjects.join('; ')}`;
  return [
    draft({
      id: 'outline',
      stage: 'gather',
      suits: suits.outline,
      description: `List the ${many} of the text on ${matter}, one per line, as a plain markdown list${listed}.`,
      requirements: [
        'Nothing but the list',
        count === null ? `Three to six ${many} that do not overlap` : `Exactly ${count} ${many}`,
      ],
      priority: 'high',
    }),
    draft({
      id: 'material',
      stage: 'gather',
      suits: suits.research,
      description: `Research what every reader of the text on ${matter} has to know.`,
      requirements: ['Facts with their confidence', 'What is disputed or unknown'],
      priority: 'high',
    }),
    draft({
      id: many,
      stage: 'produce',
      suits: suits.writing,
      description: `Write the ${one} of the text on ${matter} that the item names, and no other.`,
      requirements: ['What is settled about it', 'What is open about it'],
      dependencies: ['outline', 'material'],
      forEach: 'outline',
      priority: 'high',
    }),
    draft({
      id: 'review',
      stage: 'check',
      suits: suits.review,
      description: `Review the ${many} of the text on ${matter} side by side.`,
      requirements: [`No two ${many} say the same`, `No ${one} contradicts another`],
      dependencies: [many],
      complexity: 'low',
    }),
  ];
}
