import type { GoalFacts } from '../goal/goal-facts.ts';
import { subjectMatter } from '../goal/subject-matter.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_QUESTIONS = ['the present state', 'known solutions'];

export function technicalPlan(facts: GoalFacts): DraftTask[] {
  const system = subjectMatter(facts.topic);
  const questions = facts.subjects.length === 0 ? DEFAULT_QUESTIONS : facts.subjects;
  const ids = idsFor('research', questions);
  const research = questions.map((question, index) =>
    draft({
      id: ids[index] ?? question,
      stage: 'gather',
      suits: suits.research,
      description: `Research ${question} for: ${system}.`,
      requirements: ['What was measured, and how', 'What is assumed'],
      priority: 'high',
    }),
  );
  return [
    ...research,
    draft({
      id: 'architecture',
      stage: 'combine',
      suits: suits.judgement,
      approach: 'systems architect',
      description: `Judge the architecture as a systems architect: ${system}.`,
      requirements: ['Where it breaks first under load', 'What a change would touch'],
      dependencies: [...ids],
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'trade-offs',
      stage: 'combine',
      suits: suits.analysis,
      description: `Weigh the options against each other: ${system}.`,
      requirements: ['A table of options by effort, risk and gain', 'Which option is reversible'],
      dependencies: [...ids],
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'recommendation',
      stage: 'produce',
      suits: suits.merging,
      description: `Merge the architecture and the trade-offs into one recommendation: ${system}.`,
      requirements: [
        'The recommendation first',
        'The steps in order',
        'What would change the recommendation',
      ],
      dependencies: ['architecture', 'trade-offs'],
      priority: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the recommendation against the trade-offs: ${system}.`,
      requirements: ['Every step follows from a trade-off', 'Every stated limit is kept'],
      dependencies: ['trade-offs', 'recommendation'],
      complexity: 'low',
    }),
  ];
}
