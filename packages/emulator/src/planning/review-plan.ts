import type { GoalFacts } from '../goal/goal-facts.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_ANGLES = ['completeness', 'risks', 'clarity'];

export function reviewPlan(facts: GoalFacts): DraftTask[] {
  const { topic } = facts;
  const names = facts.subjects.length === 0 ? DEFAULT_ANGLES : facts.subjects;
  const ids = idsFor('review', names);
  const angles = names.map((angle, index) =>
    draft({
      id: ids[index] ?? angle,
      stage: 'gather',
      suits: suits.review,
      description: `Review ${topic} for ${angle}.`,
      requirements: [
        'Quote the passage each point is about',
        'Rate each point: blocking, important or minor',
      ],
      priority: 'high',
    }),
  );
  return [
    ...angles,
    draft({
      id: 'findings',
      stage: 'combine',
      suits: suits.analysis,
      description: `Merge and rank the review points on ${topic}.`,
      requirements: ['No point twice', 'Blocking points first'],
      dependencies: ids,
      priority: 'high',
    }),
    draft({
      id: 'verdict',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the verdict on ${topic} with what must change.`,
      requirements: ['The verdict in one sentence', 'A change for every blocking point'],
      dependencies: ['findings'],
      priority: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the verdict on ${topic} against the findings.`,
      requirements: [
        'Every blocking point has a change',
        'Nothing is in the verdict that no finding supports',
      ],
      dependencies: ['findings', 'verdict'],
      complexity: 'low',
    }),
  ];
}
