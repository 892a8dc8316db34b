import { describe, expect, it } from 'vitest';
import { createMetrics } from '../telemetry/metrics.ts';
import { createGoal } from './goal-acceptance.ts';
import { endGoal, retryGoal } from './goal-end.ts';
import { countingPhases } from './phase-watch.ts';
import { advanceGoal } from './goal-record.ts';
import { PLANNER, SYNTHESIS } from './lease.ts';
import { openLedger } from './ledger.ts';
import { approvePlan, proposePlan } from './plan-approval.ts';
import { recordPlan } from './plan-record.ts';
import { newGoal, openTestLedger, plan, RETENTION } from './testing/test-ledger.ts';

const GOAL = 'goal_1';
const failure = { status: 'failed', rev: null, lease: null } as const;

function open() {
  const { ledger: plain, redis } = openTestLedger();
  const told: [string, number][] = [];
  const ledger = openLedger(redis, plain.keyspace, plain, {
    phaseEnded: (phase, ms) => told.push([phase, ms]),
  });
  const { goal } = ledger.goal(GOAL);
  return {
    ledger,
    redis,
    /** As if the goal's phase had begun, and all that came before it, so many ms earlier. */
    async earlier(ms: number): Promise<void> {
      for (const field of ['phaseAt', 'createdAt', 'retriedAt']) {
        const at = await redis.hget(goal, field);
        if (at !== null) await redis.hset(goal, field, Number(at) - ms);
      }
    },
    /** Phases that ended since this was last asked, in whole seconds. */
    phases(): [string, number][] {
      return told.splice(0).map(([phase, ms]) => [phase, Math.floor(ms / 1_000)]);
    },
    plan: () =>
      advanceGoal(ledger, GOAL, {
        from: ['accepted'],
        rev: null,
        to: 'planning',
        event: 'goal.planning',
        place: PLANNER,
      }),
    synthesise: () =>
      advanceGoal(ledger, GOAL, {
        from: ['running'],
        rev: 1,
        to: 'synthesizing',
        event: 'goal.synthesizing',
        place: SYNTHESIS,
      }),
  };
}

describe('the phases of a goal', () => {
  it('are told once each, by who ends them, with how long they took, and as a whole at its end', async () => {
    const { ledger, earlier, phases, plan: startPlanning, synthesise } = open();
    await createGoal(ledger, newGoal());
    await earlier(3_000);
    await startPlanning();
    expect(phases()).toEqual([['queued', 3]]);
    await startPlanning();
    expect(phases()).toEqual([]);
    await earlier(5_000);
    expect(await recordPlan(ledger, GOAL, 1, null, plan)).toBe(true);
    expect(phases()).toEqual([['planning', 5]]);
    expect(await recordPlan(ledger, GOAL, 1, null, plan)).toBe(false);
    expect(phases()).toEqual([]);
    await earlier(60_000);
    await synthesise();
    expect(phases()).toEqual([['running', 60]]);
    await earlier(7_000);
    expect(await endGoal(ledger, GOAL, { ...failure, rev: 1 }, RETENTION)).toBe(true);
    expect(phases()).toEqual([
      ['synthesis', 7],
      ['total', 75],
    ]);
    expect(await endGoal(ledger, GOAL, { ...failure, rev: 1 }, RETENTION)).toBe(false);
    expect(phases()).toEqual([]);
  });

  it('know a wait for approval from a wait for a plan', async () => {
    const { ledger, earlier, phases, plan: startPlanning } = open();
    await createGoal(ledger, newGoal());
    await startPlanning();
    await earlier(10_000);
    await proposePlan(ledger, GOAL, null, plan);
    expect(phases()).toEqual([
      ['queued', 0],
      ['planning', 10],
    ]);
    await earlier(3_600_000);
    await approvePlan(ledger, GOAL, 1, plan, false);
    expect(phases()).toEqual([['approval', 3_600]]);
  });

  it('end where the goal ends, whichever it is in', async () => {
    const { ledger, earlier, phases } = open();
    await createGoal(ledger, newGoal());
    await earlier(2_000);
    await endGoal(ledger, GOAL, failure, RETENTION);
    expect(phases()).toEqual([
      ['queued', 2],
      ['total', 2],
    ]);
  });

  it('begin anew with a retry', async () => {
    const { ledger, redis, earlier, phases } = open();
    await createGoal(ledger, newGoal());
    await recordPlan(ledger, GOAL, 1, null, plan);
    await earlier(100_000);
    await endGoal(ledger, GOAL, failure, RETENTION);
    await earlier(1_000_000);
    phases();
    await retryGoal(ledger, GOAL);
    await redis.hincrby(ledger.goal(GOAL).goal, 'phaseAt', -4_000);
    await redis.hincrby(ledger.goal(GOAL).goal, 'retriedAt', -4_000);
    await endGoal(ledger, GOAL, failure, RETENTION);
    expect(phases()).toEqual([
      ['running', 4],
      ['total', 4],
    ]);
  });

  it('of a goal that an earlier release moved on are not told, since nobody knows when they began', async () => {
    const { ledger, redis, phases } = open();
    await createGoal(ledger, newGoal());
    await recordPlan(ledger, GOAL, 1, null, plan);
    phases();
    await redis.hdel(ledger.goal(GOAL).goal, 'phaseAt');
    await endGoal(ledger, GOAL, failure, RETENTION);
    expect(phases()).toEqual([['total', 0]]);
  });

  it('are counted in seconds', async () => {
    const metrics = createMetrics();
    countingPhases(metrics).phaseEnded('planning', 1_500);
    const text = await metrics.registry.metrics();
    expect(text).toContain('baton_goal_phase_seconds_sum{phase="planning"} 1.5\n');
  });
});
