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
  /** Hash: what its webhook is to be told, and how each delivery went. */
  readonly deliveries: string;
  /** Hash: what calls under way, of it and of its sub-goals, hold of its budget. */
  readonly reserved: string;
  /** String: what analytics need of it once it has ended. */
  readonly digest: string;
}

export interface Keyspace {
  /** BullMQ's `prefix` for the queues that hold this keyspace's goals. */
  readonly queuePrefix: string;
  /** Sorted set: a tenant's goals by creation time. */
  tenantGoals(tenant: string): string;
  /** Hash: the goal that an Idempotency-Key (`digest`: hex of what names it) has made, for 24 h. */
  idempotency(tenant: string, digest: string): string;
  /** String: a plan that was made for a goal (`digest`: hex of what it was made from), for as long as goals are kept. */
  plan(tenant: string, digest: string): string;
  /** Hash: per tenant how many of its goals have not ended. */
  readonly openCounts: string;
  /** Begins the counters of requests per API key. */
  readonly rateLimit: string;
  /** Sorted set: goals that have not ended, by the time at which they expire. */
  readonly openGoals: string;
  /** Sorted set: webhook messages (`<goal>.<run>`, runs counting from 0) by the time at which each is due. */
  readonly outbox: string;
  /** Sorted set: runs (`<goal>.<rev>`) that were ended from outside and may have left jobs, by that time. */
  readonly closingRuns: string;
  /** Sorted set: goals that have ended (`<goal> <tenant>`), by the time at which they are to be forgotten. */
  readonly endedGoals: string;
  /** String: the process that watches over goals now. */
  readonly watch: string;
  /** Channel: ids of goals that have just ended. */
  readonly endedChannel: string;
  /** Hash: worker types that workers have announced. */
  readonly workerTypes: string;
  /** String: the process that tells the fleet's metrics now. */
  readonly fleetReporter: string;
  /** Set: models that processes have called lately. */
  readonly models: string;
  /** Hash: live worker processes, each with the time of its last sign of life. */
  readonly workers: string;
  /** Begins the hashes of slot time, one per hour (counted from the epoch, in UTC). */
  readonly slotTime: string;
  /** Hash: the rate limits of a model (`endpoint` told apart), what is left of them, pauses and failures. */
  modelState(model: string): string;
  /** Sorted set: calls that wait for a model, by urgency. */
  modelWaiting(model: string): string;
  /** Sorted set: calls of a model that are under way, by the time at which they are given up for lost. */
  modelInFlight(model: string): string;
  /** Sorted set: calls of a model that were sent away until it is nearly their turn, by urgency. */
  modelAway(model: string): string;
  /** Sorted set: calls that wait or were sent away, by the time at which their place is given up. */
  modelDue(model: string): string;
  /** Hash: per job the call that was sent away. */
  modelPlaces(model: string): string;
  /** String: who is the first to do something (`digest`: hex of what), and what came of it. */
  firstOfKind(digest: string): string;
  /** List: the latest calls or tasks of a kind with a model, each as JSON. */
  samples(of: 'calls' | 'tasks', kind: string, model: string): string;
  /** Hash: what a tenant has used on a day (`2026-03-02`, UTC), by model, kind and what is counted. */
  usage(tenant: string, day: string): string;
  /** Hash: what calls under way hold of a tenant's budget. */
  tenantReserved(tenant: string): string;
  /** Hash: requests that wait for a batch or are in one, by their custom id. */
  readonly batchRequests: string;
  /** Sorted set: custom ids of requests that no batch holds yet, by the time at which they came. */
  readonly batchPending: string;
  /** Hash: batches that were submitted and not yet delivered, by their own id. */
  readonly batches: string;
  /** Set: jobs whose answers have come through a batch, to be woken. */
  readonly batchWakes: string;
  /** String: the process that sends batches now. */
  readonly batcher: string;
  /** String: there while the endpoint of a model is known to take no batches. */
  noBatches(model: string): string;
  /** Of a goal that this keyspace holds. */
  goal(goalId: string): GoalKeys;
  /** The keyspace that holds a goal: its keys, its jobs, and its places in the lists of goals. */
  of(goalId: string): Keyspace;
}

/**
 * Decides where a goal lies, and nothing else does. One keyspace holds all of them today. Sub-goals must lie where their goal does,
 * since a script touches both.
 */
export function keyspaceForGoal(prefix: string, _goalId: string): Keyspace {
  return keyspaceOf(prefix);
}

const keyspaces = new Map<string, Keyspace>();

/** Where a Baton keeps what is not of one goal, and from where the keyspaces of its goals are found. */
export function keyspaceOf(prefix: string): Keyspace {
  const known = keyspaces.get(prefix) ?? keyspaceNamed(prefix);
  keyspaces.set(prefix, known);
  return known;
}

/** One hash tag: all of it lies in one slot of a Redis Cluster, and a script may touch any of it. */
function keyspaceNamed(prefix: string): Keyspace {
  const tag = `{${prefix}}`;
  return Object.freeze({
    of: (goalId: string) => keyspaceForGoal(prefix, goalId),
    queuePrefix: `${tag}:queue`,
    tenantGoals: (tenant: string) => `${tag}:goals:${tenant}`,
    idempotency: (tenant: string, digest: string) => `${tag}:idempotency:${tenant}:${digest}`,
    plan: (tenant: string, digest: string) => `${tag}:plan:${tenant}:${digest}`,
    openCounts: `${tag}:open-counts`,
    rateLimit: `${tag}:rate:`,
    openGoals: `${tag}:open-goals`,
    outbox: `${tag}:outbox`,
    closingRuns: `${tag}:closing-runs`,
    endedGoals: `${tag}:ended-goals`,
    watch: `${tag}:watch`,
    endedChannel: `${tag}:ended`,
    workerTypes: `${tag}:worker-types`,
    fleetReporter: `${tag}:fleet-reporter`,
    models: `${tag}:models`,
    workers: `${tag}:workers`,
    slotTime: `${tag}:slot-time:`,
    modelState: (model: string) => `${tag}:model:${model}`,
    modelWaiting: (model: string) => `${tag}:model:${model}:waiting`,
    modelInFlight: (model: string) => `${tag}:model:${model}:in-flight`,
    modelAway: (model: string) => `${tag}:model:${model}:away`,
    modelDue: (model: string) => `${tag}:model:${model}:due`,
    modelPlaces: (model: string) => `${tag}:model:${model}:places`,
    firstOfKind: (digest: string) => `${tag}:first:${digest}`,
    samples: (of: 'calls' | 'tasks', kind: string, model: string) => `${tag}:samples:${of}:${kind}:${model}`,
    usage: (tenant: string, day: string) => `${tag}:usage:${tenant}:${day}`,
    tenantReserved: (tenant: string) => `${tag}:reserved:${tenant}`,
    batchRequests: `${tag}:batch-requests`,
    batchPending: `${tag}:batch-pending`,
    batches: `${tag}:batches`,
    batchWakes: `${tag}:batch-wakes`,
    batcher: `${tag}:batcher`,
    noBatches: (model: string) => `${tag}:no-batches:${model}`,
    goal: (goalId: string) => ({
      goal: `${tag}:goal:${goalId}`,
      tasks: `${tag}:goal:${goalId}:tasks`,
      events: `${tag}:goal:${goalId}:events`,
      journal: `${tag}:goal:${goalId}:journal`,
      deliveries: `${tag}:goal:${goalId}:deliveries`,
      reserved: `${tag}:goal:${goalId}:reserved`,
      digest: `${tag}:goal:${goalId}:digest`,
    }),
  });
}
