import type { GoalFacts } from '../goal/goal-facts.ts';
import { listed } from '../goal/wording.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

export function comparisonPlan(facts: GoalFacts): DraftTask[] {
  const { subjects, topic } = facts;
  const names = subjects.length === 0 ? 'the options' : listed(subjects);
  const gathering = subjects.length === 0 ? openResearch(topic) : research(subjects);
  return [
    ...gathering,
    draft({
      id: 'compare',
      stage: 'combine',
      suits: suits.analysis,
      description:
        subjects.length === 0
          ? `Compare the options side by side: ${topic}.`
          : `Compare ${names} side by side.`,
      requirements: [
        'A table with one row per option and one column per criterion',
        'Say which criteria decide',
      ],
      dependencies: gathering.map((task) => task.id),
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'recommendation',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the recommendation on ${topic} from the comparison.`,
      requirements: [
        'State the choice and the conditions under which it holds',
        'Name the strongest case against it',
      ],
      dependencies: ['compare'],
      priority: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check that the recommendation on ${topic} follows from the comparison.`,
      requirements: [`Every one of ${names} is treated`, 'No claim goes beyond the comparison'],
      dependencies: ['compare', 'recommendation'],
      complexity: 'low',
    }),
  ];
}

function research(subjects: readonly string[]): DraftTask[] {
  const ids = idsFor('research', subjects);
  return subjects.map((subject, index) =>
    draft({
      id: ids[index] ?? subject,
      stage: 'gather',
      suits: suits.research,
      approach: `advocate of ${subject}`,
      description: `Research ${subject} as one of the options.`,
      requirements: [
        `Cost of ${subject}`,
        `Strengths and limits of ${subject}`,
        `Conditions that ${subject} needs`,
      ],
      priority: 'high',
    }),
  );
}

function openResearch(topic: string): DraftTask[] {
  return [
    draft({
      id: 'options',
      stage: 'gather',
      suits: suits.research,
      description: `Find the options worth comparing for: ${topic}.`,
      requirements: ['At least three distinct options', 'Say why each is a candidate'],
      priority: 'high',
    }),
    draft({
      id: 'criteria',
      stage: 'gather',
      suits: suits.analysis,
      description: `Set the criteria that decide: ${topic}.`,
      requirements: ['Rank the criteria', 'Say how each can be measured'],
      priority: 'high',
    }),
  ];
}
