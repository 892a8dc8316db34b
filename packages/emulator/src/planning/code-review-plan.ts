import type { GoalFacts } from '../goal/goal-facts.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_LENSES = ['correctness', 'structure'];
const SECURITY = /\bsecur|\binjection|\battack|\bauth/i;

export function codeReviewPlan(facts: GoalFacts): DraftTask[] {
  const { topic } = facts;
  const named = facts.subjects.filter((subject) => !SECURITY.test(subject) && !/\btests?\b/i.test(subject));
  const lenses = facts.subjects.length === 0 ? DEFAULT_LENSES : named;
  const ids = idsFor('review', lenses);
  const reviews = lenses.map((lens, index) =>
    draft({
      id: ids[index] ?? lens,
      stage: 'gather',
      suits: suits.review,
      description: `Review ${topic} for ${lens} alone.`,
      requirements: [
        'Name the line or function of each point',
        'Rate each point: blocking, important or minor',
      ],
      priority: 'high',
    }),
  );
  return [
    ...reviews,
    draft({
      id: 'security',
      stage: 'gather',
      suits: suits.audit,
      approach: 'security auditor',
      description: `Attack ${topic} as a security auditor: input, access and secrets alone.`,
      requirements: ['How each weakness would be used', 'How to close it'],
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'tests',
      stage: 'gather',
      suits: suits.coding,
      description: `Write the tests that ${topic} lacks.`,
      requirements: ['One test per behaviour', 'The unhappy paths as well'],
    }),
    draft({
      id: 'ranking',
      stage: 'combine',
      suits: suits.analysis,
      description: `Merge and rank the review points on ${topic}.`,
      requirements: ['No point twice', 'Blocking points first'],
      dependencies: [...ids, 'security', 'tests'],
      priority: 'high',
    }),
    draft({
      id: 'verdict',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the review of ${topic}: the verdict and what must change.`,
      requirements: ['The verdict in one sentence', 'A change for every blocking point'],
      dependencies: ['ranking'],
      priority: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the verdict on ${topic} against the ranked points.`,
      requirements: ['Every blocking point has a change', 'Nothing is asked for without a point behind it'],
      dependencies: ['ranking', 'verdict'],
      complexity: 'low',
    }),
  ];
}
