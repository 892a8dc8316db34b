import type { GoalFacts } from '../goal/goal-facts.ts';
import { subjectMatter } from '../goal/subject-matter.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_ASPECTS = ['size and growth', 'competitors', 'customers', 'trends'];
/** Whose view the goal calls for besides the usual ones. */
const VIEWS: ReadonlyArray<readonly [RegExp, string, string]> = [
  [
    /\b(?:regulat\w+|law|legal|health\w*|medic\w+|bank\w*|insurance|pharma\w*)\b/i,
    'regulation expert',
    'which rules decide who may sell what',
  ],
  [
    /\b(?:export|abroad|enter|entry|countr\w+|international)\b/i,
    'export adviser',
    'what stands in the way of a newcomer',
  ],
];
const DEFAULT_VIEW = ['pricing strategist', 'which price the market bears, and for what'] as const;

export function marketPlan(facts: GoalFacts): DraftTask[] {
  const market = subjectMatter(facts.topic);
  const aspects = facts.subjects.length === 0 ? DEFAULT_ASPECTS : facts.subjects;
  const ids = idsFor('research', aspects);
  const research = aspects.map((aspect, index) =>
    draft({
      id: ids[index] ?? aspect,
      stage: 'gather',
      suits: suits.research,
      description: `Research the market for ${market}: ${aspect} alone.`,
      requirements: ['Figures with their year and source', 'What could not be found'],
      priority: 'high',
    }),
  );
  return [
    ...research,
    expertView(facts, market),
    draft({
      id: 'analysis',
      stage: 'combine',
      suits: suits.analysis,
      description: `Analyse the market for ${market}: strengths, weaknesses, opportunities and threats.`,
      requirements: ['Each point rests on a finding', 'Rank the opportunities'],
      dependencies: [...ids, 'expert-view'],
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'report',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the market study on ${market}.`,
      requirements: ['Begin with the conclusion', 'Recommend the next step', 'Name what remains unknown'],
      dependencies: ['analysis'],
      priority: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the market study on ${market} against its analysis.`,
      requirements: ['The analysis supports every recommendation', 'Figures carry a source'],
      dependencies: ['analysis', 'report'],
      complexity: 'low',
    }),
  ];
}

function expertView(facts: GoalFacts, market: string): DraftTask {
  const known = VIEWS.find(([pattern]) => pattern.test(facts.goal));
  const [approach, question] = known === undefined ? DEFAULT_VIEW : [known[1], known[2]];
  return draft({
    id: 'expert-view',
    stage: 'gather',
    suits: suits.judgement,
    approach,
    description: `Judge the market for ${market} as a ${approach}: ${question}.`,
    requirements: ['Say what this view rests on', 'Keep to this view: others cover the rest'],
    complexity: 'high',
  });
}
