import type { GoalFacts } from '../goal/goal-facts.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_PIECES = ['headline', 'body text'];

export function copyPlan(facts: GoalFacts): DraftTask[] {
  const { topic } = facts;
  const names = facts.subjects.length === 0 ? DEFAULT_PIECES : facts.subjects;
  const ids = idsFor('write', names);
  const pieces = names.map((piece, index) =>
    draft({
      id: ids[index] ?? piece,
      stage: 'produce',
      suits: suits.writing,
      description: `Write the ${facts.subjects.length === 0 ? piece : `version for ${piece}`} of ${topic}.`,
      requirements: ['Speak to the audience in its own words', 'One call to action'],
      dependencies: ['message'],
      priority: 'high',
    }),
  );
  return [
    draft({
      id: 'audience',
      stage: 'gather',
      suits: suits.research,
      description: `Research the audience of ${topic}.`,
      requirements: ['What it wants', 'What holds it back'],
      priority: 'high',
    }),
    draft({
      id: 'market',
      stage: 'gather',
      suits: suits.research,
      description: `Research how comparable offers are presented, with a view to ${topic}.`,
      requirements: ['What everyone says', 'What nobody says yet'],
    }),
    draft({
      id: 'message',
      stage: 'combine',
      suits: suits.analysis,
      description: `Decide the one message that ${topic} must carry.`,
      requirements: ['One sentence', 'Three proofs for it'],
      dependencies: ['audience', 'market'],
      priority: 'high',
      complexity: 'high',
    }),
    ...pieces,
    draft({
      id: 'review',
      stage: 'check',
      suits: suits.review,
      description: `Review the texts of ${topic} for tone, truth and one clear message.`,
      requirements: ['No claim without a proof', 'Tone is the same throughout'],
      dependencies: ids,
      complexity: 'low',
    }),
  ];
}
