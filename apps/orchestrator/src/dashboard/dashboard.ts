import type { RequestHandler } from 'express';
import type { RedisConnection } from '@baton/shared/redis/connection';
import { rootJobId } from '@baton/dag-flow/job-ids';
import {
  ASSESSMENT_QUEUE,
  CONTROL_QUEUE,
  GOALS_QUEUE,
  SYNTHESIS_QUEUE,
  taskQueue,
} from '@baton/shared/contract/queues';
import { runId } from '../flows/plan-to-dag.ts';
import { dashboardAccess, type Access } from './access.ts';
import type { Board } from './board.ts';

const DASHBOARD_PATH = '/admin/queues';

export interface DashboardOptions extends Access {
  readonly connection: RedisConnection;
  readonly prefix: string;
  /** Worker types whose queues are to be shown, as known now. */
  readonly workerTypes: () => Promise<readonly { readonly type: string; readonly description: string }[]>;
}

export interface Dashboard {
  readonly path: string;
  readonly handlers: RequestHandler[];
  close(): Promise<void>;
}

const systemQueues: Readonly<Record<string, string>> = {
  [GOALS_QUEUE]: 'Goals waiting for their plan',
  [ASSESSMENT_QUEUE]: 'Whether a goal may finish early, once its tasks of high priority have ended',
  [SYNTHESIS_QUEUE]: 'The root of each goal: puts the answer together when every task has ended',
  [CONTROL_QUEUE]: 'Settle and link jobs: dependencies that a tree can not hold',
};

/** Where the dashboard shows a goal: its flow or, before there is one, the job that plans it. */
export function dashboardLink(goalId: string, rev: number): string {
  const [queue, jobId] = rev === 0 ? [GOALS_QUEUE, goalId] : [SYNTHESIS_QUEUE, rootJobId(runId(goalId, rev))];
  return `${DASHBOARD_PATH}/queue/${queue}/${jobId}`;
}

/** Bull Board is loaded when somebody asks for the page: most processes start and end without. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const { connection, prefix, readOnly } = options;
  let opening: Promise<Board> | null = null;

  async function open(): Promise<Board> {
    const { openBoard } = await import('./board.ts');
    const board = openBoard({ path: DASHBOARD_PATH, connection, prefix, readOnly });
    for (const [name, description] of Object.entries(systemQueues)) board.show(name, description);
    return board;
  }

  const showBoard: RequestHandler = async (request, response, next) => {
    const board = await (opening ??= open());
    for (const { type, description } of await options.workerTypes()) board.show(taskQueue(type), description);
    board.router(request, response, next);
  };

  return {
    path: DASHBOARD_PATH,
    handlers: [...dashboardAccess(options), showBoard],
    close: async () => (await opening)?.close(),
  };
}
