/** A goal's text by which the calls of refused requests would be known. */
export const REFUSED_GOAL = 'A goal that must never reach a model.';

export function task(id: string, dependencies: readonly unknown[] = [], more: object = {}): object {
  return {
    id,
    worker: 'researcher',
    description: `Find out what there is to know about ${id}.`,
    dependencies,
    ...more,
  };
}

/** Lawful, with every field that this and later releases take. */
export function lawfulGoal(goal: string): Record<string, unknown> {
  return {
    goal,
    context: { mood: 'careful' },
    recipe: null,
    plan: { analysis: 'By hand.', tasks: [task('a', [], { requirements: ['Be brief.'] }), task('b', ['a'])] },
    options: { maxTasks: 5, workerTypes: ['researcher'], decomposition: 'hybrid', priority: 'low' },
    labels: { team: 'growth' },
  };
}
