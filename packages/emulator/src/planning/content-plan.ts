import type { GoalFacts } from '../goal/goal-facts.ts';
import { subjectMatter } from '../goal/subject-matter.ts';
import { draft, suits, type DraftTask } from './draft-task.ts';

export function contentPlan(facts: GoalFacts): DraftTask[] {
  const matter = subjectMatter(facts.topic);
  const form = /\b(?:article|tutorial|guide|essay|blog post|script|series|calendar)\b/i
    .exec(facts.goal)?.[0]
    .toLowerCase();
  const piece = form ?? 'piece';
  return [
    draft({
      id: 'readers',
      stage: 'gather',
      suits: suits.research,
      description: `Research who reads on ${matter}, and what they want to know.`,
      requirements: ['Three questions that readers have', 'What they know already'],
      priority: 'high',
    }),
    draft({
      id: 'material',
      stage: 'gather',
      suits: suits.research,
      description: `Research facts and examples on ${matter}.`,
      requirements: ['Facts with their source', 'One example that can be told'],
      priority: 'high',
    }),
    draft({
      id: 'outline',
      stage: 'combine',
      suits: suits.writing,
      description: `Outline the ${piece} on ${matter}.`,
      requirements: ['One promise to the reader', 'Each part answers a question'],
      dependencies: ['readers', 'material'],
      priority: 'high',
    }),
    draft({
      id: 'draft',
      stage: 'produce',
      suits: suits.writing,
      description: `Write the ${piece} on ${matter} by its outline.`,
      requirements: ['Open with the promise', 'Plain words', 'End with one thing to do'],
      dependencies: ['material', 'outline'],
      priority: 'high',
      complexity: 'high',
    }),
    draft({
      id: 'edit',
      stage: 'produce',
      suits: suits.expertise,
      approach: 'copy editor',
      description: `Edit the ${piece} on ${matter} as a copy editor: cut, order, tone.`,
      requirements: ['No sentence without a task', 'One tone throughout'],
      dependencies: ['draft'],
    }),
    draft({
      id: 'fact-check',
      stage: 'check',
      suits: suits.validation,
      description: `Check the ${piece} on ${matter} against its material.`,
      requirements: ['Every fact has a source', 'Every question of the readers is answered'],
      dependencies: ['material', 'edit'],
      complexity: 'low',
    }),
  ];
}
