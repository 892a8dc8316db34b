import type { FlowProducer } from 'bullmq';
import type { DagFlow } from './compile.ts';
import type { JobReference } from './job-ids.ts';

/**
 * Removes the flow's jobs one by one, parents first, so that removing a child finds no parent to release. What a
 * worker holds right now stays and is returned; it ends without a parent. A job taken up between its parent's removal
 * and its own may still run, with its dependencies intact.
 */
export async function removeFlow(flow: DagFlow, producer: FlowProducer): Promise<readonly JobReference[]> {
  const backend = producer.getBackend();
  const removed = await Promise.all(
    flow.jobs.map(({ queue, id }) => backend.forQueue(queue).remove(id, false)),
  );
  return flow.jobs.filter((_, place) => removed[place] === 0);
}
