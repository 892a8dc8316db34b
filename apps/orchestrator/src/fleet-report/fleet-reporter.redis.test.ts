import { Queue } from 'bullmq';
import { describe, expect, it, onTestFinished } from 'vitest';
import { announceWorkerTypes, signOff, signOfLife } from '@baton/shared/ledger/fleet';
import type { Ledger } from '@baton/shared/ledger/ledger';
import { openLedger } from '@baton/shared/ledger/ledger';
import { defaultModelTiers } from '@baton/shared/model/model-tiers';
import { createMetrics, type Metrics } from '@baton/shared/telemetry/metrics';
import { openTestLedger, runningGoal } from '../../../../packages/shared/src/ledger/testing/test-ledger.ts';
import { readFleetFigures } from './fleet-figures.ts';
import { openFleetReporter, type FleetReporter } from './fleet-reporter.ts';

const HOUR = 3_600_000;

interface Process {
  readonly metrics: Metrics;
  readonly reporter: FleetReporter;
  /** What it answers when it is scraped: whether it reports, and the names of the fleet's metrics that it tells. */
  scrape(): Promise<{ isReporter: boolean; told: ReadonlySet<string>; text: string }>;
}

function processOf(ledger: Ledger, who: string, onError: (error: Error) => void = () => undefined): Process {
  const metrics = createMetrics();
  const readFigures = () => readFleetFigures(ledger, defaultModelTiers);
  const reporter = openFleetReporter({ ledger, metrics, who, readFigures, onError });
  return {
    metrics,
    reporter,
    async scrape() {
      const text = await reporter.tell();
      const { values } = await metrics.fleetReporter.get();
      const names = text.split('\n').flatMap((line) => /^baton_\w+/.exec(line) ?? []);
      return { isReporter: values[0]?.value === 1, told: new Set(names), text };
    },
  };
}

/** A process asks nothing of a Redis that it is not connected to. */
async function openConnected() {
  const test = openTestLedger();
  await test.redis.ping();
  return test;
}

async function open() {
  const test = await openConnected();
  const another = openLedger(test.connect(), test.ledger.keyspace);
  await another.redis.ping();
  return { ...test, one: processOf(test.ledger, 'one'), two: processOf(another, 'two') };
}

async function pingOf({ metrics }: Process): Promise<number | undefined> {
  return (await metrics.redisPingSeconds.get()).values[0]?.value;
}

describe('processes that are scraped in turn', () => {
  it('tell the fleet from one of them, however often each is asked', async () => {
    const { one, two } = await open();
    for (let times = 0; times < 3; times += 1) {
      const [first, second] = [await one.scrape(), await two.scrape()];
      expect(first.isReporter).toBe(true);
      expect(first.told).toContain('baton_worker_slots_wanted');
      expect(second).toMatchObject({ isReporter: false, told: new Set(), text: '' });
      expect(await pingOf(one)).toBeGreaterThan(0);
      expect(await pingOf(two)).toBeLessThan(1);
    }
  });

  it('hand over when one stops, which then tells nothing any more', async () => {
    const { one, two } = await open();
    await one.scrape();
    await one.reporter.close();
    expect(await one.scrape()).toMatchObject({ isReporter: false, text: '' });
    expect((await two.scrape()).isReporter).toBe(true);
    expect(await one.scrape()).toMatchObject({ isReporter: false, text: '' });
  });

  it('hand over when one says nothing any more', async () => {
    const { ledger, redis, one, two } = await open();
    await one.scrape();
    expect((await two.scrape()).isReporter).toBe(false);
    await redis.pexpire(ledger.keyspace.fleetReporter, 0);
    expect((await two.scrape()).isReporter).toBe(true);
    expect(await one.scrape()).toMatchObject({ isReporter: false, text: '' });
  });

  it('tell two who scrape at once the same, of one look', async () => {
    const { ledger } = await openConnected();
    const one = processOf(ledger, 'one');
    const [first, second] = await Promise.all([one.scrape(), one.scrape()]);
    expect(first.text).toBe(second.text);
    expect(first.isReporter).toBe(true);
  });
});

describe('what is told', () => {
  it('is the fleet as it is', async () => {
    const { ledger, redis, one, connect } = await open();
    const type = { type: 'geocoder', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast' } as const;
    await announceWorkerTypes(ledger, [type]);
    await signOfLife(ledger, 'worker', { geocoder: 3 });
    await runningGoal(ledger);
    const prefix = ledger.keyspace.queuePrefix;
    for (const [queue, data] of [
      ['tasks.geocoder', { goalId: 'goal_1', rev: 1, taskId: 'tea' }],
      ['tasks.orchestrator', { goalId: 'goal_1', rev: 1, taskId: 'coffee' }],
      ['assessment', { goalId: 'goal_1', rev: 1 }],
      ['control', { dag: { kind: 'settle', task: { queue: 'tasks.x', id: 'goal_1.1.0' }, links: [] } }],
    ] as const) {
      const opened = new Queue(queue, { connection: connect(), prefix });
      onTestFinished(() => opened.close());
      await opened.add('job', data, { priority: 1, timestamp: Date.now() - HOUR });
    }
    await redis.zadd(ledger.keyspace.outbox, 1, 'goal_0.0');
    const { text } = await one.scrape();
    for (const line of [
      'baton_goals{status="running"} 1',
      'baton_queue_jobs{queue="tasks.geocoder",worker_type="geocoder",state="waiting"} 1',
      'baton_queue_jobs{queue="tasks.orchestrator",worker_type="orchestrator",state="waiting"} 1',
      'baton_queue_jobs{queue="assessment",worker_type="",state="waiting"} 1',
      'baton_queue_jobs{queue="control",worker_type="",state="waiting"} 1',
      'baton_queue_jobs{queue="webhooks",worker_type="",state="waiting"} 1',
      'baton_worker_slots{worker_type="geocoder"} 3',
      'baton_worker_slots_wanted{worker_type="geocoder"} 1',
    ])
      expect(text).toContain(`${line}\n`);
    const age = /baton_queue_oldest_waiting_seconds\{queue="control".*\} (\S+)/.exec(text)?.[1];
    expect(Number(age)).toBeLessThan(30);
  });

  it('has a type whose workers are all gone, and what waits for it', async () => {
    const { ledger, one, connect } = await open();
    const type = { type: 'geocoder', description: 'd', bestFor: 'b', notFor: 'n', tier: 'fast' } as const;
    await announceWorkerTypes(ledger, [type]);
    await signOfLife(ledger, 'worker', { geocoder: 3 });
    await signOff(ledger, 'worker');
    const queue = new Queue('tasks.geocoder', { connection: connect(), prefix: ledger.keyspace.queuePrefix });
    onTestFinished(() => queue.close());
    await queue.add('job', { goalId: 'goal_1', rev: 1, taskId: 'tea' }, { priority: 1 });
    const { text } = await one.scrape();
    expect(text).toContain('baton_worker_processes{worker_type="geocoder"} 0\n');
    expect(text).toContain('baton_worker_slots{worker_type="geocoder"} 0\n');
    expect(text).toContain('baton_worker_slots_wanted{worker_type="geocoder"} 1\n');
  });

  it('has the models that were called, until nobody calls them', async () => {
    const { ledger, redis, one } = await open();
    const { keyspace } = ledger;
    await redis.sadd(keyspace.models, 'one', 'gone');
    await redis.hset(keyspace.modelState('one'), 'stoppedUntil', Date.now() + 60_000);
    await redis.zadd(keyspace.modelInFlight('one'), Date.now() + 60_000, 'call');
    const { text } = await one.scrape();
    expect(text).toContain('baton_model_paused{model="one"} 1\n');
    expect(text).toContain('baton_model_calls_in_flight{model="one"} 1\n');
    expect(text).not.toContain('gone');
    expect(await redis.smembers(keyspace.models)).toEqual(['one']);
  });
});

describe('a process that Redis does not answer', () => {
  it('says so within two seconds, and tells nothing of the fleet', async () => {
    const { ledger, redis } = await openConnected();
    const never = new Promise<never>(() => undefined);
    const silent = { ...ledger, redis, run: () => never };
    const one = processOf(silent, 'one');
    const askedAt = performance.now();
    expect(await one.scrape()).toMatchObject({ isReporter: false, text: '' });
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    expect(await pingOf(one)).toBe(Infinity);
  });

  it('says so at once while it is not connected, and asks nothing that would be answered later', async () => {
    const { ledger, connect } = openTestLedger();
    const redis = connect();
    const one = processOf(openLedger(redis, ledger.keyspace), 'one');
    const askedAt = performance.now();
    expect(await one.scrape()).toMatchObject({ isReporter: false, text: '' });
    expect(performance.now() - askedAt).toBeLessThan(500);
    expect(await pingOf(one)).toBe(Infinity);
    await redis.ping();
    expect(await ledger.redis.exists(ledger.keyspace.fleetReporter)).toBe(0);
  });

  it('tells nothing of the fleet when only its figures are late, and keeps the lease', async () => {
    const { ledger } = await openConnected();
    const metrics = createMetrics();
    const readFigures = () => new Promise<never>(() => undefined);
    const reporter = openFleetReporter({
      ledger,
      metrics,
      who: 'one',
      readFigures,
      onError: () => undefined,
    });
    const askedAt = performance.now();
    expect(await reporter.tell()).toBe('');
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    expect(await ledger.redis.get(ledger.keyspace.fleetReporter)).toBe('one');
  });

  it('tells of an error and answers all the same', async () => {
    const { ledger } = await openConnected();
    const errors: Error[] = [];
    const one = processOf(ledger, 'one', (error) => errors.push(error));
    await ledger.redis.set(`${ledger.keyspace.queuePrefix}:goals:prioritized`, 'no sorted set');
    expect(await one.scrape()).toMatchObject({ isReporter: false, text: '' });
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('WRONGTYPE')]);
  });
});
