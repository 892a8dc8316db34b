import type { FlowProducer } from 'bullmq';
import type { DagFlow } from './compile.ts';
import type { JobReference } from './job-ids.ts';

export type FlowPresence =
  | { readonly status: 'absent' }
  | { readonly status: 'complete' }
  | { readonly status: 'incomplete'; readonly missing: readonly JobReference[] };

/** Clients that know the script. */
const defined = new WeakSet<object>();

export type AddResult =
  | { readonly status: 'complete' }
  /** Redis accepted the transaction and jobs are missing all the same: remove the flow and submit it under a new id. */
  | { readonly status: 'incomplete'; readonly missing: readonly JobReference[] };

export type SubmitResult =
  | AddResult
  /** Jobs of this flow were there already; nothing was added. */
  | { readonly status: 'already_submitted'; readonly missing: readonly JobReference[] };

/** Not declared read-only: a replica may not have heard of the jobs yet. */
const MISSING_JOBS = {
  numberOfKeys: 1,
  lua: `
    local missing = {}
    if redis.call('EXISTS', KEYS[1]) == 0 then missing[1] = 0 end
    for place, key in ipairs(ARGV) do
      if redis.call('EXISTS', key) == 0 then missing[#missing + 1] = place end
    end
    return missing`,
};

/**
 * Adds the flow in one transaction, then checks that every job exists: BullMQ reports only the root's failure. Two round
 * trips. For whoever alone may add this flow, once: adding it twice would re-attach failed children to waiting parents
 * and hang them. Rejects with what the connection rejects with; the flow may then have been added.
 */
export async function addFlow(flow: DagFlow, producer: FlowProducer): Promise<AddResult> {
  await producer.add(flow.tree);
  const after = await findFlow(flow, producer);
  if (after.status === 'complete') return after;
  return { status: 'incomplete', missing: after.status === 'absent' ? flow.jobs : after.missing };
}

/**
 * `addFlow`, unless jobs of the flow are there already. The look before, a third round trip, protects a retry, not two
 * callers at the same moment. When it rejects, call `findFlow` on a fresh connection before anything else.
 */
export async function submitFlow(flow: DagFlow, producer: FlowProducer): Promise<SubmitResult> {
  const before = await findFlow(flow, producer);
  if (before.status === 'absent') return addFlow(flow, producer);
  return { status: 'already_submitted', missing: before.status === 'complete' ? [] : before.missing };
}

/** Which jobs of the flow exist. One round trip. A flow that has run loses jobs to its retention. */
export async function findFlow(flow: DagFlow, producer: FlowProducer): Promise<FlowPresence> {
  const client = await producer.getBackend().client;
  // Defining it again would send the whole script again.
  if (!defined.has(client)) client.defineCommand('dagFlowMissingJobs', MISSING_JOBS);
  defined.add(client);
  const places = (await client.runCommand(
    'dagFlowMissingJobs',
    jobKeys(flow, producer),
  )) as readonly number[];
  if (places.length === 0) return { status: 'complete' };
  if (places.length === flow.jobs.length) return { status: 'absent' };
  return { status: 'incomplete', missing: places.map((place) => flow.jobs[place] as JobReference) };
}

const jobKeys = (flow: DagFlow, producer: FlowProducer): string[] => {
  const prefix = producer.opts.prefix ?? 'bull';
  return flow.jobs.map(({ queue, id }) => `${prefix}:${queue}:${id}`);
};
