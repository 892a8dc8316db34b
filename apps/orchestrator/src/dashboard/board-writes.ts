/**
 * What an operator may do on the board. A flow's jobs belong to its ledger: one that is taken out, changed or run again behind
 * its back ends its task, or holds its goal up for good. What is allowed here can be done to any job at any time:
 *
 * 1. A queue may be paused and resumed: jobs wait, and goals wait with them.
 * 2. A delayed job may be promoted: it looks at once at what it waits for, and is put back when that has not come.
 * 3. A job that has ended may be removed: its outcome is in the ledger, and its parent has been told.
 */
import type { BeforeHook, HookContext } from '@bull-board/api/typings/app';

const INSTEAD = 'use the API or the baton command to cancel or retry its goal';

type Check = (request: HookContext['request']) => string | null | Promise<string | null>;

const allowed: Check = () => null;

const ended: ReadonlySet<string> = new Set(['completed', 'failed']);

const endedJobsOnly: Check = ({ params }) =>
  ended.has(String(params['queueStatus'])) ? null : `Only jobs that have ended can be removed: ${INSTEAD}.`;

const endedJobOnly: Check = async ({ queues, params }) => {
  const job = await queues.get(String(params['queueName']))?.getJob(String(params['jobId']));
  // The route says itself that there is no such job.
  if (!job || ended.has(await job.getState())) return null;
  return `This job has not ended, and cannot be removed: ${INSTEAD}.`;
};

/** Whatever else changes something is refused, also what a later release of the board brings. */
const checks: Readonly<Record<string, Check>> = {
  'put /api/queues/pause': allowed,
  'put /api/queues/resume': allowed,
  'put /api/queues/:queueName/pause': allowed,
  'put /api/queues/:queueName/resume': allowed,
  'put /api/queues/:queueName/promote': allowed,
  'put /api/queues/:queueName/:jobId/promote': allowed,
  'put /api/queues/:queueName/clean/:queueStatus': endedJobsOnly,
  'put /api/queues/:queueName/:jobId/clean': endedJobOnly,
};

/** Before each request of the board, with the route as the board names it. */
export const refuseUnlawful: BeforeHook = async ({ method, route, request }) => {
  if (method === 'get') return undefined;
  const check = checks[`${method} ${route}`];
  const problem = check ? await check(request) : `Baton's jobs can't be changed this way: ${INSTEAD}.`;
  return problem === null ? undefined : { allow: false, status: 403, message: problem };
};
