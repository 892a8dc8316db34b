/** @typedef {{ id: string, dependencies: readonly string[] }} BenchTask */

/**
 * `graphs`: goals take them in turn, on both sides in the same order.
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} description
 * @property {number} tasksPerGoal
 * @property {readonly (readonly BenchTask[])[]} graphs
 * @property {number} loneGoals one at a time, in each round
 * @property {number} inFlight goals open at once when many are
 */

const DAG_TASKS = 100;
const DAG_GRAPHS = 8;
const FAN_OUT = 20;

/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). @param {number} seed */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @param {number} index */
function taskId(index) {
  return `t${index}`;
}

/** One to three dependencies, two on average, each any earlier task. @param {number} size @param {number} seed @returns {BenchTask[]} */
export function randomDag(size, seed) {
  const random = randomFrom(seed);
  return Array.from({ length: size }, (_, index) => {
    const wanted = Math.min(index, 1 + Math.floor(random() * 3));
    /** @type {Set<string>} */
    const dependencies = new Set();
    while (dependencies.size < wanted) dependencies.add(taskId(Math.floor(random() * index)));
    return { id: taskId(index), dependencies: [...dependencies] };
  });
}

/** @param {number} size @returns {BenchTask[]} */
function fanOut(size) {
  return Array.from({ length: size }, (_, index) => ({ id: taskId(index), dependencies: [] }));
}

/** @returns {{ fanOut: Workload, dag: Workload }} */
export function createWorkloads() {
  return {
    fanOut: {
      name: 'fan-out 20',
      description: `${FAN_OUT} tasks at once, and the join that receives every result`,
      tasksPerGoal: FAN_OUT,
      graphs: [fanOut(FAN_OUT)],
      loneGoals: 30,
      inFlight: 40,
    },
    dag: {
      name: 'random DAG 100',
      description: `${DAG_TASKS} tasks with two random dependencies on average, and the join`,
      tasksPerGoal: DAG_TASKS,
      graphs: Array.from({ length: DAG_GRAPHS }, (_, seed) => randomDag(DAG_TASKS, seed + 1)),
      loneGoals: 12,
      inFlight: 20,
    },
  };
}
