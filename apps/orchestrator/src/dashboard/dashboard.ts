import { Router, type RequestHandler } from 'express';
import { rootJobId } from '@baton/dag-flow/job-ids';
import {
  ASSESSMENT_QUEUE,
  CONTROL_QUEUE,
  GOALS_QUEUE,
  SYNTHESIS_QUEUE,
  taskQueue,
} from '@baton/shared/contract/queues';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { goalJobId } from '../flows/goals-queue.ts';
import { runId } from '../flows/plan-to-dag.ts';
import { SUB_GOALS_QUEUE } from '../hierarchy/waiting-queue.ts';
import { dashboardAccess, roleOf, type Access } from './access.ts';
import type { Board } from './board.ts';
import { goalPages, type ReadShownGoal } from './goal-page.ts';
import type { ShownQueue } from './queue-adapter.ts';

const DASHBOARD_PATH = '/admin';
const BOARD_PATH = `${DASHBOARD_PATH}/queues`;

export interface DashboardOptions extends Access {
  readonly ledger: Ledger;
  /** Worker types whose queues are to be shown, as known now. */
  readonly workerTypes: () => Promise<readonly { readonly type: string; readonly description: string }[]>;
  readonly readGoal: ReadShownGoal;
}

export interface Dashboard {
  readonly path: string;
  readonly handlers: RequestHandler[];
  close(): Promise<void>;
}

const systemQueues: readonly ShownQueue[] = [
  {
    name: GOALS_QUEUE,
    title: 'goals',
    description: 'Goals waiting for their plan, or for an approved one to begin',
  },
  {
    name: SYNTHESIS_QUEUE,
    title: 'synthesis',
    description: 'The root of each goal: puts the answer together when every task has ended',
  },
  {
    name: ASSESSMENT_QUEUE,
    title: 'assessment',
    description: 'Whether a goal may finish early, once its tasks of high priority have ended',
  },
  {
    name: CONTROL_QUEUE,
    title: 'control',
    description:
      'Settle and link jobs: they carry the end of a task to all but the first of those that wait for it',
  },
  {
    name: SUB_GOALS_QUEUE,
    title: SUB_GOALS_QUEUE,
    description: 'Tasks that were handed on as goals of their own, and wait for their ends',
  },
];

/** Where the dashboard shows a goal: its flow or, before there is one, the job that plans it. */
export function dashboardLink(goalId: string, rev: number, retries: number): string {
  const [queue, jobId] =
    rev === 0
      ? [GOALS_QUEUE, goalJobId('plan', { goalId, retries })]
      : [SYNTHESIS_QUEUE, rootJobId(runId(goalId, rev))];
  return `${BOARD_PATH}/queue/${queue}/${jobId}`;
}

/** Bull Board is loaded when somebody asks for the page: most processes start and end without. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const { ledger } = options;
  let opening: Promise<Board> | null = null;

  async function open(): Promise<Board> {
    const { openBoard } = await import('./board.ts');
    return openBoard({ path: BOARD_PATH, ledger, queues: systemQueues });
  }

  const showBoard: RequestHandler = async (request, response, next) => {
    const board = await (opening ??= open());
    for (const { type, description } of await options.workerTypes()) {
      const name = taskQueue(type);
      board.show({ name, title: name, description });
    }
    board.router(roleOf(response))(request, response, next);
  };

  const pages = Router();
  pages.use('/queues', showBoard);
  pages.use(goalPages(options.readGoal));
  return {
    path: DASHBOARD_PATH,
    handlers: [...dashboardAccess(options), pages],
    close: async () => (await opening)?.close(),
  };
}
