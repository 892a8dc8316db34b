/** Every Redis key and queue prefix of Baton is built here and nowhere else. */

export interface GoalKeys {
  /** Hash: the goal's record and counters. */
  readonly goal: string;
  /** Hash: per task its spec, starts, outcome and times. */
  readonly tasks: string;
  /** Stream: the goal's events, ids counting from 1. */
  readonly events: string;
  /** Hash: model responses, kept before anything acts on them. */
  readonly journal: string;
}

export interface Keyspace {
  /** BullMQ's `prefix` for the queues that hold this keyspace's goals. */
  readonly queuePrefix: string;
  /** Sorted set: a tenant's goals by creation time. */
  tenantGoals(tenant: string): string;
  /** Sorted set: goals that have not ended, by creation time. */
  readonly openGoals: string;
  /** Channel: ids of goals that have just ended. */
  readonly endedChannel: string;
  /** Hash: worker types that workers have announced. */
  readonly workerTypes: string;
  /** Hash: live worker processes, each with the time of its last sign of life. */
  readonly workers: string;
  goal(goalId: string): GoalKeys;
}

/**
 * The keyspace that holds a goal: one hash tag, so that a goal's keys and its jobs share a Redis Cluster slot and a
 * script may touch all of them. One keyspace serves every goal; spreading goals over several changes this function alone.
 */
export function keyspaceOf(prefix: string): Keyspace {
  const tag = `{${prefix}}`;
  return Object.freeze({
    queuePrefix: `${tag}:queue`,
    tenantGoals: (tenant: string) => `${tag}:goals:${tenant}`,
    openGoals: `${tag}:open-goals`,
    endedChannel: `${tag}:ended`,
    workerTypes: `${tag}:worker-types`,
    workers: `${tag}:workers`,
    goal: (goalId: string) => ({
      goal: `${tag}:goal:${goalId}`,
      tasks: `${tag}:goal:${goalId}:tasks`,
      events: `${tag}:goal:${goalId}:events`,
      journal: `${tag}:goal:${goalId}:journal`,
    }),
  });
}
