import type { GoalFacts } from '../goal/goal-facts.ts';
import { formatMoney } from '../goal/money.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_ANGLES = ['what is known', 'possible approaches'];
const DEFAULT_APPROACHES = ['evidence first', 'practitioner'];

export function genericPlan(facts: GoalFacts): DraftTask[] {
  const { topic, subjects } = facts;
  const names = subjects.length === 0 ? DEFAULT_ANGLES : subjects;
  const gatheredIds = idsFor('research', names);
  const gathering = names.map((angle, index) =>
    draft({
      id: gatheredIds[index] ?? angle,
      stage: 'gather',
      suits: suits.research,
      approach: subjects.length === 0 ? (DEFAULT_APPROACHES[index] ?? angle) : `expert on ${angle}`,
      description:
        subjects.length === 0 ? `Find out ${angle} on: ${topic}.` : `Research ${angle} for: ${topic}.`,
      requirements: ['What the goal already settles', 'What has to be decided'],
      priority: 'high',
    }),
  );
  const budget = budgetTask(facts, gatheredIds);
  return [
    ...gathering,
    ...budget,
    draft({
      id: 'approach',
      stage: 'combine',
      suits: suits.analysis,
      description: `Work out the best approach to: ${topic}.`,
      requirements: ['The steps in order', 'What could go wrong with each'],
      dependencies: gatheredIds,
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'answer',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the full answer to: ${topic}.`,
      requirements: ['Answer the goal first, then explain', 'Say what remains open'],
      dependencies: [...budget.map((task) => task.id), 'approach'],
      priority: 'high',
    }),
    draft({
      id: 'check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the answer on ${topic} against the goal.`,
      requirements: ['Every part of the goal is answered', 'Nothing contradicts the approach'],
      dependencies: ['approach', 'answer'],
      complexity: 'low',
    }),
  ];
}

function budgetTask(facts: GoalFacts, dependencies: readonly string[]): DraftTask[] {
  if (facts.money === null) return [];
  const amount = formatMoney(facts.money);
  return [
    draft({
      id: 'budget',
      stage: 'combine',
      suits: suits.analysis,
      description: `Split the budget of ${amount} for: ${facts.topic}.`,
      requirements: [`The split adds up to ${amount}`, 'Keep a reserve'],
      dependencies: [...dependencies],
      priority: 'high',
    }),
  ];
}
