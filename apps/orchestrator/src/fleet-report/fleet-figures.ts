import {
  ASSESSMENT_QUEUE,
  CONTROL_QUEUE,
  GOALS_QUEUE,
  SYNTHESIS_QUEUE,
  taskQueue,
} from '@baton/shared/contract/queues';
import type { GoalStatus } from '@baton/shared/contract/goal-status';
import type { Backlog, WorkerTypeStats } from '@baton/shared/contract/stats';
import {
  calledModels,
  forgetModels,
  readModelLoads,
  type ModelLoad,
} from '@baton/shared/coordination/model-load';
import { countOpenGoals } from '@baton/shared/ledger/fleet-report';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { readOutboxState, type OutboxState } from '@baton/shared/ledger/outbox';
import type { ModelTiers } from '@baton/shared/model/model-tiers';
import { infoField } from '@baton/shared/redis/info';
import { readFleet } from '../flows/fleet-stats.ts';

interface QueueFigures extends Backlog {
  readonly queue: string;
  /** Empty for queues that hold no tasks. */
  readonly workerType: string;
}

/** The whole fleet at one moment. */
export interface FleetFigures {
  readonly goals: ReadonlyMap<GoalStatus, number>;
  readonly queues: readonly QueueFigures[];
  readonly workerTypes: readonly WorkerTypeStats[];
  readonly models: readonly ModelLoad[];
  readonly outbox: OutboxState;
  /** Bytes; a limit of 0 is none. */
  readonly memory: { readonly used: number; readonly limit: number };
}

async function readModels({ redis, keyspace }: Ledger): Promise<ModelLoad[]> {
  const loads = await readModelLoads(redis, keyspace, await calledModels(redis, keyspace));
  const gone = loads.filter(({ isKnown }) => !isKnown).map(({ model }) => model);
  await forgetModels(redis, keyspace, gone);
  return loads.filter(({ isKnown }) => isKnown);
}

async function readMemory({ redis }: Ledger): Promise<FleetFigures['memory']> {
  const info = await redis.info('memory');
  return { used: Number(infoField(info, 'used_memory')), limit: Number(infoField(info, 'maxmemory')) };
}

/** What it costs Redis grows with the number of worker types and models, and with that of open goals up to a bound; not with that of jobs. */
export async function readFleetFigures(ledger: Ledger, tiers: ModelTiers): Promise<FleetFigures> {
  const [fleet, goals, models, outbox, memory] = await Promise.all([
    readFleet(ledger, tiers),
    countOpenGoals(ledger),
    readModels(ledger),
    readOutboxState(ledger),
    readMemory(ledger),
  ]);
  const { planning, synthesis, assessment, control, workerTypes } = fleet;
  const own = [
    { queue: GOALS_QUEUE, ...planning },
    { queue: SYNTHESIS_QUEUE, ...synthesis },
    { queue: ASSESSMENT_QUEUE, ...assessment },
    { queue: CONTROL_QUEUE, ...control },
  ];
  return {
    goals,
    queues: [
      ...own.map((figures) => ({ ...figures, workerType: '' })),
      ...workerTypes.map((figures) => ({
        ...figures,
        queue: taskQueue(figures.type),
        workerType: figures.type,
      })),
    ],
    workerTypes,
    models,
    outbox,
    memory,
  };
}
