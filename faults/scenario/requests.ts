import { task, type PlannedTask } from '../../e2e/plans.ts';
import type { GoalToSubmit } from '../evidence/client-log.ts';
import type { Random } from '../fuzz/random.ts';

const workers = ['researcher', 'analyzer', 'writer', 'reviewer'];
/** Made by the planner into four tasks or more. */
const subjects = [
  'tea and coffee',
  'trains and buses',
  'oak and pine',
  'wool and cotton',
  'brick and timber',
];

/**
 * A DAG that has a diamond at its head, so that it holds settle and link jobs, and random tasks behind it that depend on
 * up to two earlier ones each. `count`: tasks, at least 4.
 */
function dag(random: Random, count: number): PlannedTask[] {
  const tasks = [task('head'), task('left', ['head'], 'analyzer'), task('right', ['head'], 'writer')];
  tasks.push(task('foot', ['left', 'right'], 'reviewer'));
  for (let place = tasks.length; place < count; place += 1) {
    const ids = random.shuffled(tasks.map(({ id }) => id));
    tasks.push(task(`t${place}`, ids.slice(0, random.int(0, 2)), random.pick(workers)));
  }
  return tasks;
}

/** With a plan of its own. `name` makes its text, and with it its calls to the model, its own. */
export function plannedGoal(random: Random, name: string, count: number): GoalToSubmit {
  return {
    goal: `Find out what there is to know about ${name}.`,
    plan: { analysis: 'Planned by hand.', tasks: dag(random, count) },
  };
}

/** To be planned by the model. */
export function unplannedGoal(random: Random, name: string): GoalToSubmit {
  return {
    goal: `Compare ${random.pick(subjects)} for project ${name}: cost, comfort, and what lasts longer.`,
  };
}
