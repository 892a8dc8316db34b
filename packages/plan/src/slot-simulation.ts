/**
 * What a fleet makes of tasks whose times are known: a discrete-event simulation.
 *
 * 1. A task is ready once all that it depends on has ended, and not before its own time.
 * 2. A slot of a worker type takes what is ready of that type as soon as it is free: by `due`, then by when it was ready, then by place.
 *    No slot stands idle while something of its type is ready, and nothing is broken off.
 * 3. A slot that goes away while it is busy goes when its task has ended.
 *
 * So more slots may make an end later, where tasks depend on each other: Graham, "Bounds on multiprocessing timing anomalies", 1969.
 * Of one worker type, m slots and then more of them, m', it is never more than 1 + (m - 1) / m' times as late.
 */
import { binaryHeap, type BinaryHeap } from './binary-heap.ts';

export interface SimulatedTask {
  /** ms: not before. */
  readonly readyAt: number;
  /** ms. */
  readonly durationMs: number;
  /** Whose slot it takes; null for none. */
  readonly workerType: string | null;
  /** Places of other tasks in the list. */
  readonly dependencies: readonly number[];
  /** Of what is ready the smallest goes first. */
  readonly due: number;
}

/** From this time (ms) on so many. Steps are in order of time; before the first there are as many as from it on. */
export interface SlotStep {
  readonly from: number;
  readonly slots: number;
}

/** By the task's place in the list, in ms. */
export interface Simulated {
  readonly startedAt: Float64Array;
  readonly endedAt: Float64Array;
}

interface Happening {
  readonly at: number;
  /** `slots`: a worker type has another number of them. */
  readonly what: 'ready' | 'end' | 'slots';
  readonly task: number;
  readonly pool: Pool | null;
}

/** The slots of a worker type, and what is ready for them. */
interface Pool {
  readonly steps: readonly SlotStep[];
  slots: number;
  busy: number;
  readonly ready: BinaryHeap<number>;
}

/**
 * @param stepsOf the slots of a worker type; null or none: as many as are wanted.
 * Throws a RangeError when tasks wait for each other in a circle, for ever, or for a place that is not there.
 */
export function simulateSlots(
  tasks: readonly SimulatedTask[],
  stepsOf: (workerType: string) => readonly SlotStep[] | null,
): Simulated {
  const startedAt = new Float64Array(tasks.length).fill(Number.NaN);
  const endedAt = new Float64Array(tasks.length).fill(Number.NaN);
  const readyAt = Float64Array.from(tasks, (task) => task.readyAt);
  const awaited = Int32Array.from(tasks, ({ dependencies }) => dependencies.length);
  const dependents = dependentsByPlace(tasks);
  const happenings = binaryHeap<Happening>((one, other) => one.at < other.at);
  const pools = new Map<string, Pool | null>();

  function goesFirst(one: number, other: number): boolean {
    const [{ due }, { due: otherDue }] = [tasks[one] as SimulatedTask, tasks[other] as SimulatedTask];
    if (due !== otherDue) return due < otherDue;
    const [ready = 0, otherReady = 0] = [readyAt[one], readyAt[other]];
    return ready === otherReady ? one < other : ready < otherReady;
  }

  function openPool(workerType: string): Pool | null {
    const steps = stepsOf(workerType) ?? [];
    const [first, ...later] = steps;
    if (first === undefined) return null;
    const pool: Pool = { steps, slots: first.slots, busy: 0, ready: binaryHeap(goesFirst) };
    for (const { from } of later) happenings.push({ at: from, what: 'slots', task: -1, pool });
    return pool;
  }

  function poolOf(workerType: string): Pool | null {
    const known = pools.get(workerType);
    if (known !== undefined) return known;
    const pool = openPool(workerType);
    pools.set(workerType, pool);
    return pool;
  }

  const poolOfTask = tasks.map(({ workerType }) => (workerType === null ? null : poolOf(workerType)));
  const becomesReady = (task: number): void =>
    happenings.push({ at: readyAt[task] ?? 0, what: 'ready', task, pool: null });
  for (const task of tasks.keys()) if (awaited[task] === 0) becomesReady(task);

  function start(task: number, at: number): void {
    startedAt[task] = at;
    const endAt = at + (tasks[task]?.durationMs ?? 0);
    happenings.push({ at: endAt, what: 'end', task, pool: poolOfTask[task] ?? null });
  }

  function end(task: number, at: number): void {
    endedAt[task] = at;
    for (const dependent of dependents[task] ?? []) {
      readyAt[dependent] = Math.max(readyAt[dependent] ?? 0, at);
      awaited[dependent] = (awaited[dependent] ?? 0) - 1;
      if (awaited[dependent] === 0) becomesReady(dependent);
    }
  }

  /** @returns the pool that may have something to start. */
  function happen({ at, what, task, pool }: Happening): Pool | null {
    if (what === 'slots') {
      if (pool) pool.slots = slotsAt(pool.steps, at);
      return pool;
    }
    if (what === 'ready') {
      const own = poolOfTask[task] ?? null;
      if (own) own.ready.push(task);
      else start(task, at);
      return own;
    }
    if (pool) pool.busy -= 1;
    end(task, at);
    return pool;
  }

  const touched = new Set<Pool>();
  for (let next = happenings.pop(); next !== undefined; next = happenings.pop()) {
    const pool = happen(next);
    if (pool) touched.add(pool);
    // All that happens at one time happens before anything is given a slot.
    if (happenings.peek()?.at === next.at) continue;
    for (const each of touched) {
      while (each.busy < each.slots) {
        const task = each.ready.pop();
        if (task === undefined) break;
        each.busy += 1;
        start(task, next.at);
      }
    }
    touched.clear();
  }
  if (endedAt.some(Number.isNaN)) throw new RangeError('A task can never start.');
  return { startedAt, endedAt };
}

function slotsAt(steps: readonly SlotStep[], at: number): number {
  let slots = steps[0]?.slots ?? 0;
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const step = steps[middle] as SlotStep;
    if (step.from > at) high = middle;
    else {
      slots = step.slots;
      low = middle + 1;
    }
  }
  return slots;
}

function dependentsByPlace(tasks: readonly SimulatedTask[]): number[][] {
  const dependents: number[][] = tasks.map(() => []);
  for (const [place, { dependencies }] of tasks.entries()) {
    for (const dependency of dependencies) dependents[dependency]?.push(place);
  }
  return dependents;
}
