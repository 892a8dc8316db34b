import { describe, expect, it } from 'vitest';
import { createGoal } from './goal-acceptance.ts';
import { endGoal } from './goal-end.ts';
import { countOpenGoals, leaveFleetReport, takeFleetReport } from './fleet-report.ts';
import { readOutboxState } from './outbox.ts';
import { newGoal, openTestLedger, RETENTION, runningGoal } from './testing/test-ledger.ts';

describe('the report on the fleet', () => {
  it('is made by one process, which keeps it by making it', async () => {
    const { ledger, redis } = openTestLedger();
    const { fleetReporter } = ledger.keyspace;
    expect(await takeFleetReport(ledger, 'a')).toBe(true);
    expect(await takeFleetReport(ledger, 'b')).toBe(false);
    expect(await redis.pttl(fleetReporter)).toBeGreaterThan(60_000);
    await redis.pexpire(fleetReporter, 5_000);
    expect(await takeFleetReport(ledger, 'a')).toBe(true);
    expect(await redis.pttl(fleetReporter)).toBeGreaterThan(60_000);
    expect(await takeFleetReport(ledger, 'b')).toBe(false);
  });

  it('falls to another when its process says nothing, or leaves it', async () => {
    const { ledger, redis } = openTestLedger();
    await takeFleetReport(ledger, 'a');
    await redis.pexpire(ledger.keyspace.fleetReporter, 0);
    expect(await takeFleetReport(ledger, 'b')).toBe(true);
    await leaveFleetReport(ledger, 'a');
    expect(await takeFleetReport(ledger, 'c')).toBe(false);
    await leaveFleetReport(ledger, 'b');
    expect(await takeFleetReport(ledger, 'c')).toBe(true);
  });
});

describe('open goals', () => {
  it('are counted by status; ended ones and those that are gone are not', async () => {
    const { ledger, redis } = openTestLedger();
    expect(await countOpenGoals(ledger)).toEqual(new Map());
    for (const id of ['goal_1', 'goal_2']) await createGoal(ledger, newGoal(id));
    await runningGoal(ledger, 'goal_3');
    await runningGoal(ledger, 'goal_4');
    await endGoal(ledger, 'goal_4', { status: 'failed', rev: null, lease: null }, RETENTION);
    await redis.zadd(ledger.keyspace.openGoals, 1, 'goal_gone');
    // As where a process died between the two.
    await redis.zadd(ledger.keyspace.openGoals, 1, 'goal_4');
    expect(await countOpenGoals(ledger)).toEqual(
      new Map([
        ['accepted', 2],
        ['running', 1],
      ]),
    );
  });

  it('are reckoned from some of them where there are many', async () => {
    const { ledger, redis } = openTestLedger();
    const { openGoals } = ledger.keyspace;
    const writing = redis.pipeline();
    for (let at = 0; at < 400; at += 1) {
      writing.zadd(openGoals, at, `goal_${at}`);
      writing.hset(ledger.goal(`goal_${at}`).goal, 'status', at % 4 === 0 ? 'accepted' : 'running');
    }
    await writing.exec();
    const counts = await countOpenGoals(ledger, 200);
    const accepted = counts.get('accepted') ?? 0;
    expect(accepted).toBeGreaterThan(30);
    expect(accepted).toBeLessThan(190);
    expect(accepted + (counts.get('running') ?? 0)).toBe(400);
    expect(await countOpenGoals(ledger, 400)).toEqual(
      new Map([
        ['accepted', 100],
        ['running', 300],
      ]),
    );
  });
});

describe('the outbox', () => {
  it('says how many messages it holds and how long the oldest has been due', async () => {
    const { ledger, redis } = openTestLedger();
    const { outbox } = ledger.keyspace;
    expect(await readOutboxState(ledger)).toEqual({ messages: 0, due: 0, lagMs: 0 });
    const [seconds = 0] = await redis.time();
    await redis.zadd(outbox, seconds * 1_000 + 60_000, 'goal_1.0');
    expect(await readOutboxState(ledger)).toEqual({ messages: 1, due: 0, lagMs: 0 });
    await redis.zadd(outbox, seconds * 1_000 - 5_000, 'goal_2.0', seconds * 1_000 - 1_000, 'goal_3.0');
    const { messages, due, lagMs } = await readOutboxState(ledger);
    expect({ messages, due }).toEqual({ messages: 3, due: 2 });
    expect(lagMs).toBeGreaterThanOrEqual(5_000);
    expect(lagMs).toBeLessThan(60_000);
  });
});
