export interface PlannedTask {
  readonly id: string;
  readonly worker: string;
  readonly description: string;
  readonly dependencies: readonly string[];
}

export function task(id: string, dependencies: readonly string[] = [], worker = 'researcher'): PlannedTask {
  return { id, worker, description: `Find out what there is to know about ${id}.`, dependencies };
}

export function plan(...tasks: PlannedTask[]): { analysis: string; tasks: PlannedTask[] } {
  return { analysis: 'Planned by hand.', tasks };
}

/** Park and Miller's generator: the same numbers for the same seed, uniform in [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A DAG in which each task depends on up to `most` of those before it. */
export function randomTasks(seed: number, count: number, most: number): PlannedTask[] {
  const random = randomFrom(seed);
  const workers = ['researcher', 'analyzer', 'writer', 'reviewer'];
  return Array.from({ length: count }, (_, index) => {
    const earlier = Array.from({ length: index }, (_unused, other) => `t${other}`);
    const wanted = Math.floor(random() * (most + 1));
    const dependencies = earlier
      .map((id) => ({ id, rank: random() }))
      .sort((left, right) => left.rank - right.rank)
      .slice(0, wanted)
      .map(({ id }) => id);
    return task(`t${index}`, dependencies, workers[Math.floor(random() * workers.length)]);
  });
}
