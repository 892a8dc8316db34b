import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { inject, onTestFinished } from 'vitest';
import { goalRequestSchema, type GoalRequest } from '../../contract/goal-request.ts';
import type { CallClaim } from '../../model/call-claim.ts';
import { keyspaceOf } from '../../redis/keyspace.ts';
import { createGoal, type NewGoal } from '../goal-acceptance.ts';
import { recordPlan } from '../plan-record.ts';
import type { Lease } from '../lease.ts';
import { openLedger, type Ledger, type LedgerSettings } from '../ledger.ts';
import { startTask, type TaskReference } from '../task-record.ts';

export const TENANT = 'acme';
export const RETENTION = 60_000;
export const DEADLINE = 3_600_000;

/** Whose calls a test journals, and what they claim. */
export const purpose = { kind: 'researcher', tenant: TENANT };
export const claim: CallClaim = {
  model: 'claude-sonnet-5-5',
  tokens: 100,
  worstTokens: 1_000,
  costNanoUsd: 1_000,
  worstCostNanoUsd: 10_000,
  lastsMs: 60_000,
};

export interface TestLedger {
  readonly ledger: Ledger;
  readonly redis: Redis;
  /** Another connection to the same Redis, for what blocks or subscribes. */
  connect(): Redis;
  keys(): Promise<string[]>;
}

/** A ledger under a prefix of its own, removed when the test is over. */
export function openTestLedger(settings?: LedgerSettings): TestLedger {
  const url = inject('redisUrl');
  const prefix = `test-${randomUUID()}`;
  const redis = new Redis(url);
  const others: Redis[] = [];
  const keys = (): Promise<string[]> => redis.keys(`{${prefix}}*`);
  onTestFinished(async () => {
    const left = await keys();
    if (left.length > 0) await redis.del(...left);
    for (const connection of [redis, ...others]) connection.disconnect();
  });
  return {
    ledger: openLedger(redis, keyspaceOf(prefix), settings),
    redis,
    connect() {
      const connection = new Redis(url, { maxRetriesPerRequest: null });
      // Some tests cut it.
      connection.on('error', () => undefined);
      others.push(connection);
      return connection;
    },
    keys,
  };
}

export function request(fields: object = {}): GoalRequest {
  return { ...goalRequestSchema.parse({ goal: 'Compare tea and coffee', ...fields }), plan: null };
}

export function newGoal(goalId = 'goal_1', fields: object = {}): NewGoal {
  return { goalId, tenant: TENANT, request: request(fields), deadlineMs: DEADLINE };
}

/** tea and coffee side by side, then advice from both. */
export const plan = {
  analysis: 'Two subjects, then advice.',
  tasks: [task('tea', []), task('coffee', []), task('advice', ['tea', 'coffee'])],
};

function task(id: string, dependencies: string[]) {
  return {
    id,
    worker: 'researcher',
    description: `Do ${id}`,
    requirements: [],
    dependencies,
    priority: 'medium' as const,
    complexity: 'medium' as const,
  };
}

/** A goal whose plan is recorded: its tasks may start. */
export async function runningGoal(ledger: Ledger, goalId = 'goal_1', fields: object = {}): Promise<string> {
  await createGoal(ledger, newGoal(goalId, fields));
  await recordPlan(ledger, goalId, 1, null, plan);
  return goalId;
}

/** Takes a task up; fails when it can't be started. */
export async function leaseOf(ledger: Ledger, reference: TaskReference): Promise<Lease> {
  const start = await startTask(ledger, reference);
  if (start.kind !== 'started') throw new Error(`${reference.taskId} is ${start.kind}`);
  return start.lease;
}
