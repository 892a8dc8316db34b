import { compileDag } from '@baton/dag-flow/compile';

/** @typedef {import('../workloads.mjs').Workload} Workload */
/** @typedef {import('../workloads.mjs').BenchTask} BenchTask */

export const TASK_QUEUE = 'tasks';
export const ROOT_QUEUE = 'roots';
export const CONTROL_QUEUE = 'control';

const ANY_PRIORITY = 10;

/** @param {string} goalId */
export function rootJobId(goalId) {
  return `${goalId}.root`;
}

/** What anybody would write for independent tasks: a parent and its children. @param {string} goalId @param {readonly BenchTask[]} tasks @returns {import('bullmq').FlowJob} */
function plainFlow(goalId, tasks) {
  return {
    name: 'root',
    queueName: ROOT_QUEUE,
    data: { goalId },
    opts: { jobId: rootJobId(goalId) },
    children: tasks.map(({ id }) => ({ name: id, queueName: TASK_QUEUE, data: { goalId, task: id } })),
  };
}

/** The same by the DAG scheme that Baton uses too, as its authors would use it by hand. @param {string} goalId @param {readonly BenchTask[]} tasks */
function dagFlow(goalId, tasks) {
  return compileDag({
    id: goalId,
    nodes: tasks.map(({ id, dependencies }) => ({
      id,
      dependencies,
      name: id,
      queue: TASK_QUEUE,
      priority: ANY_PRIORITY,
      data: { goalId, task: id },
    })),
    root: { name: 'root', queue: ROOT_QUEUE, data: { goalId }, priority: ANY_PRIORITY },
    controlQueue: CONTROL_QUEUE,
  }).tree;
}

/** @param {string} goalId @param {readonly BenchTask[]} tasks @returns {import('bullmq').FlowJob} */
export function rawFlow(goalId, tasks) {
  return tasks.some(({ dependencies }) => dependencies.length > 0)
    ? dagFlow(goalId, tasks)
    : plainFlow(goalId, tasks);
}

/** How many results the root has to receive. @param {import('bullmq').FlowJob} flow */
export function rootResults(flow) {
  return flow.children?.length ?? 0;
}
