import type { Snapshot } from '../command/top/poll.ts';
import type { Backlog, Stats, WorkerTypeStats } from '../contract/fleet.ts';
import type { GoalSummary } from '../contract/goal.ts';
import type { UsageReport } from '../contract/usage-report.ts';
import { moment, T0, tripGoal } from './sample-goal.ts';

const idle: Backlog = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };

export function workerType(type: string, more: Partial<WorkerTypeStats> = {}): WorkerTypeStats {
  return { type, ...idle, workers: 1, slots: 4, slotsWanted: 0, ...more };
}

export function fleet(...workerTypes: readonly WorkerTypeStats[]): Stats {
  return { workerTypes: [...workerTypes], planning: { ...idle, active: 2 }, synthesis: idle };
}

export function goalSummary(id: string, more: Partial<GoalSummary> = {}): GoalSummary {
  const { plan: _plan, tasks: _tasks, output: _output, ...summary } = tripGoal;
  return { ...summary, id, status: 'running', finishedAt: null, ...more };
}

export function usageReport(costUsd: number | null, more: Partial<UsageReport> = {}): UsageReport {
  const total = { ...tripGoal.usage, costUsd, unpricedCalls: 0, simulatedCalls: 0 };
  return {
    from: '2026-07-01',
    to: '2026-07-01',
    by: ['day'],
    items: [],
    total,
    today: null,
    warnings: [],
    ...more,
  };
}

/** A minute after T0: one goal runs, one has ended. */
export function snapshot(more: Partial<Snapshot> = {}): Snapshot {
  const running = goalSummary('goal_1');
  return {
    at: T0 + 60_000,
    stats: fleet(workerType('writer')),
    open: [running],
    newest: [running, goalSummary('goal_0', { status: 'failed', finishedAt: moment(50) })],
    tasks: new Map([['goal_1', { ended: 2, running: 1, all: 5 }]]),
    usage: usageReport(1.5),
    ...more,
  };
}
