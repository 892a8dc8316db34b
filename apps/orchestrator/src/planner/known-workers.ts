import { planningWorkerTypes } from '@baton/plan/worker-types/orchestrator';
import type { WorkerType } from '@baton/plan/worker-type';
import { announcedWorkerTypes, capacity } from '@baton/shared/ledger/fleet';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { WorkerTypeView } from '@baton/shared/contract/worker-type';

const builtIn: ReadonlyMap<string, WorkerType> = new Map(
  planningWorkerTypes.map((type) => [type.type, type]),
);

/** The built-in worker types, known before any worker has run, and those that workers have announced, which win. */
export async function knownWorkerTypes(ledger: Ledger): Promise<WorkerType[]> {
  const known = new Map(builtIn);
  for (const type of await announcedWorkerTypes(ledger)) known.set(type.type, type);
  return [...known.values()];
}

export async function viewWorkerTypes(ledger: Ledger): Promise<WorkerTypeView[]> {
  const [types, live] = await Promise.all([knownWorkerTypes(ledger), capacity(ledger)]);
  return types.map(({ type, description, bestFor, notFor, tier }) => ({
    type,
    description,
    bestFor,
    notFor,
    tier,
    builtIn: builtIn.has(type),
    ...(live.get(type) ?? {
      workers: 0,
      slots: 0,
    }),
  }));
}
