import type { GoalFacts } from '../goal/goal-facts.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_PARTS = ['core logic', 'interface'];

export function buildPlan(facts: GoalFacts): DraftTask[] {
  const { topic } = facts;
  const named = facts.subjects.filter((subject) => !/^(?:unit )?tests?$/i.test(subject));
  const names = named.length === 0 ? DEFAULT_PARTS : named;
  const ids = idsFor('code', names);
  const parts = names.map((part, index) =>
    draft({
      id: ids[index] ?? part,
      stage: 'produce',
      suits: suits.coding,
      description: `Write the code of ${part} for ${topic}.`,
      requirements: ['Follow the design', 'Check every input', 'Classify every error'],
      dependencies: ['design'],
      priority: 'high',
      complexity: 'high',
    }),
  );
  return [
    draft({
      id: 'requirements',
      stage: 'gather',
      suits: suits.analysis,
      description: `List what ${topic} must do, and what it need not do.`,
      requirements: ['Each requirement can be tested', 'Name the constraints'],
      priority: 'high',
    }),
    draft({
      id: 'prior-art',
      stage: 'gather',
      suits: suits.research,
      description: `Research how others solve ${topic}, and what to take from it.`,
      requirements: ['Two approaches with their costs', 'Known mistakes'],
    }),
    draft({
      id: 'design',
      stage: 'combine',
      suits: suits.expertise,
      approach: 'software architect',
      description: `Design ${topic}: its parts, their contracts and the data between them.`,
      requirements: ['One paragraph per part', 'What happens when a part fails'],
      dependencies: ['requirements', 'prior-art'],
      priority: 'high',
      complexity: 'high',
    }),
    ...parts,
    draft({
      id: 'test-suite',
      stage: 'check',
      suits: suits.coding,
      description: `Write the tests that show ${topic} meets its requirements.`,
      requirements: ['One test per requirement', 'The unhappy paths as well'],
      dependencies: [...ids],
    }),
    draft({
      id: 'review',
      stage: 'check',
      suits: suits.review,
      description: `Review the code of ${topic} against its design.`,
      requirements: ['Correctness first', 'Say what must change before it is used'],
      dependencies: [...ids],
      complexity: 'low',
    }),
  ];
}
