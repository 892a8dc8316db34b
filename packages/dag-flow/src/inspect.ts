import type { FlowProducer, JobState } from 'bullmq';
import type { DagFlow } from './compile.ts';
import { isLinkJob, type JobReference } from './job-ids.ts';

type State = JobState | 'unknown';

/** Jobs asked for at a time. */
const PAGE = 100;
/** What something will take up, or has. */
const live: ReadonlySet<State> = new Set(['active', 'waiting', 'prioritized', 'delayed', 'waiting-children']);

/**
 * Whether any job of the flow is about to run, runs, or waits for its next attempt. One that merely waits for others, or a
 * parked link, moves nothing by itself: a flow of such jobs alone is stuck, unless it is looked at in the very moment in
 * which a control job hands on. Look twice.
 */
export async function isMoving(flow: DagFlow, producer: FlowProducer): Promise<boolean> {
  // What moves has no children left: leaves first.
  const jobs = flow.jobs.toReversed();
  for (let from = 0; from < jobs.length; from += PAGE) {
    const page = jobs.slice(from, from + PAGE);
    const states = await statesOf(page, producer);
    if (states.some((state, place) => moves(state, page[place] as JobReference))) return true;
  }
  return false;
}

function moves(state: State, { id }: JobReference): boolean {
  if (state === 'delayed') return !isLinkJob(id);
  return live.has(state) && state !== 'waiting-children';
}

/**
 * Removes the jobs of the flow that have not ended, parents first; what has ended stays for those who look. Resolves to the
 * jobs that a worker holds right now, which could not be removed.
 */
export async function removeUnfinished(
  flow: DagFlow,
  producer: FlowProducer,
): Promise<readonly JobReference[]> {
  const backend = producer.getBackend();
  const held: JobReference[] = [];
  for (let from = 0; from < flow.jobs.length; from += PAGE) {
    const page = flow.jobs.slice(from, from + PAGE);
    const states = await statesOf(page, producer);
    const unfinished = page.filter((_, place) => live.has(states[place] as State));
    const removed = await Promise.all(
      unfinished.map(({ queue, id }) => backend.forQueue(queue).remove(id, false)),
    );
    held.push(...unfinished.filter((_, place) => removed[place] === 0));
  }
  return held;
}

function statesOf(jobs: readonly JobReference[], producer: FlowProducer): Promise<State[]> {
  const backend = producer.getBackend();
  return Promise.all(jobs.map(({ queue, id }) => backend.forQueue(queue).getState(id) as Promise<State>));
}
