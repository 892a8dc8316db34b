import { countOf, type FanOut } from '../goal/fan-out.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { slug } from '../goal/wording.ts';
import { draft, suits, type DraftTask } from './draft-task.ts';

const TREATED: ReadonlyArray<readonly [RegExp, string, keyof typeof suits]> = [
  [/\b(?:write|draft|letters?|emails?|profiles?|describe|descriptions?)\b/i, 'Write the text for', 'writing'],
  [/\b(?:review|audit|check)\b/i, 'Review', 'review'],
  [/\b(?:code|implement|script)\b/i, 'Write the code for', 'coding'],
  [/\b(?:analy[sz]e|assess|evaluate|estimate|score|rate)\b/i, 'Analyse', 'analysis'],
];

/** The things are listed first; then there is one task for each of them, side by side. */
export function eachPlan(facts: GoalFacts, { one, many }: FanOut): DraftTask[] {
  const { topic } = facts;
  const name = slug(many) || 'items';
  const count = countOf({ one, many }, facts.goal);
  const listed = facts.subjects.length < 2 ? '' : `: ${facts.subjects.join('; ')}`;
  const known = TREATED.find(([pattern]) => pattern.test(facts.goal));
  const [verb, suited] = known === undefined ? (['Research', 'research'] as const) : [known[1], known[2]];
  return [
    draft({
      id: `list-${name}`,
      stage: 'gather',
      suits: suits.research,
      description: `List the ${many} to go through, one per line, as a plain markdown list${listed}. The goal: ${topic}.`,
      requirements: ['Nothing but the list', count === null ? `No ${one} twice` : `Exactly ${count} ${many}`],
      priority: 'high',
    }),
    draft({
      id: `each-${slug(one) || 'item'}`,
      stage: 'combine',
      suits: suits[suited],
      description: `${verb} the ${one} that the item names, and no other: ${topic}.`,
      requirements: [`What sets this ${one} apart`, 'What is open'],
      dependencies: [`list-${name}`],
      forEach: `list-${name}`,
      priority: 'high',
    }),
    draft({
      id: 'overview',
      stage: 'produce',
      suits: suits.analysis,
      description: `Set the ${many} side by side: ${topic}.`,
      requirements: [`A table with one row per ${one}`, 'What they have in common'],
      dependencies: [`each-${slug(one) || 'item'}`],
      complexity: 'high',
    }),
  ];
}
