import { findCount } from '../goal/counts.ts';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { listed } from '../goal/wording.ts';
import { draft, idsFor, suits, type DraftTask } from './draft-task.ts';

const DEFAULT_PROJECTS = ['groundwork', 'roll-out', 'upkeep', 'follow-up'];
const MOST_PROJECTS = 4;

/** One sub-goal per project, and a look at how they fit together. */
export function programmePlan(facts: GoalFacts): DraftTask[] {
  const count = findCount(facts.goal, ['projects', 'workstreams']) ?? 2;
  const names =
    facts.subjects.length >= 2
      ? facts.subjects.slice(0, MOST_PROJECTS)
      : DEFAULT_PROJECTS.slice(0, Math.max(2, Math.min(count, MOST_PROJECTS)));
  const ids = idsFor('project', names);
  const projects = names.map((name, index) => {
    const others = names.filter((other) => other !== name);
    return draft({
      id: ids[index] ?? name,
      stage: 'produce',
      suits: suits.subGoal,
      description: `Set up the project: ${name}. Leave ${listed(others)} to others.`,
      requirements: ['What is done first, and why', 'What it needs from outside'],
      priority: 'high',
      complexity: 'high',
    });
  });
  return [
    ...projects,
    draft({
      id: 'alignment',
      stage: 'check',
      suits: suits.analysis,
      description: `Work out how ${listed(names)} fit together: order, shared means and conflicts.`,
      requirements: ['What has to wait for what', 'Where two of them want the same means'],
      dependencies: ids,
    }),
  ];
}
