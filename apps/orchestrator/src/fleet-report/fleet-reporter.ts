/**
 * Tells what the whole fleet does, in one process of many.
 *
 * 1. Only the holder of the lease tells the fleet's metrics; the others tell none of them, so that a sum counts nothing twice.
 * 2. The lease is taken and kept by being scraped alone: a process that nobody looks at holds it for 90 s at the most, and
 *    where nobody scrapes it costs nothing.
 * 3. An answer comes within `LEASE_TIME + FIGURES_TIME`, whatever Redis does; what comes later is not told.
 * 4. One that is closed takes the lease no more, and gives back what it has.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { leaveFleetReport, takeFleetReport } from '@baton/shared/ledger/fleet-report';
import { openLedger, type Ledger } from '@baton/shared/ledger/ledger';
import { modelTiersWith } from '@baton/shared/model/model-tiers';
import type { AtScrape } from '@baton/shared/process/health-server';
import { inTime } from '@baton/shared/process/in-time';
import type { Metrics } from '@baton/shared/telemetry/metrics';
import type { ProcessParts } from '../process-parts.ts';
import { readFleetFigures, type FleetFigures } from './fleet-figures.ts';
import { tellFigures } from './tell-figures.ts';

/** ms; together below the two seconds in which a scrape is to be answered. */
const LEASE_TIME = 900;
const FIGURES_TIME = 900;

export interface FleetReporterOptions {
  readonly ledger: Ledger;
  readonly metrics: Pick<Metrics, 'fleetReporter' | 'redisPingSeconds'>;
  /** Names this process among all. */
  readonly who: string;
  readonly readFigures: () => Promise<FleetFigures>;
  readonly onError: (error: Error) => void;
}

export interface FleetReporter {
  readonly tell: AtScrape;
  /** Lets another process take over at its next scrape. */
  close(): Promise<void>;
}

export function openFleetReporter(options: FleetReporterOptions): FleetReporter {
  const { ledger, metrics, who, readFigures, onError } = options;
  let isClosed = false;
  let telling: Promise<string> | null = null;

  /** Null when Redis does not answer. */
  async function askForLease(): Promise<boolean | null> {
    // What is not connected would keep the question until it is.
    if (ledger.redis.status !== 'ready') return null;
    return inTime(takeFleetReport(ledger, who), LEASE_TIME);
  }

  async function tellNow(): Promise<string> {
    if (isClosed) return '';
    const askedAt = performance.now();
    const isHolder = await askForLease().catch(() => null);
    metrics.redisPingSeconds.set(isHolder === null ? Infinity : (performance.now() - askedAt) / 1_000);
    metrics.fleetReporter.set(0);
    if (isHolder !== true) return '';
    const figures = await inTime(readFigures(), FIGURES_TIME);
    if (figures === null) return '';
    metrics.fleetReporter.set(1);
    return tellFigures(figures);
  }

  async function tell(): Promise<string> {
    try {
      return await tellNow();
    } catch (error) {
      onError(error as Error);
      return '';
    }
  }

  return {
    // Two that scrape at once are told the same.
    tell: () => (telling ??= tell().finally(() => (telling = null))),
    async close() {
      isClosed = true;
      await telling;
      metrics.fleetReporter.set(0);
      if (ledger.redis.status === 'ready')
        await inTime(leaveFleetReport(ledger, who), LEASE_TIME).catch(() => null);
    },
  };
}

/** That of an orchestrator process. */
export function fleetReporterOf({
  redis,
  keyspace,
  metrics,
  settings,
  onRedisError,
}: ProcessParts): FleetReporter {
  const ledger = openLedger(redis, keyspace);
  const { MODEL_FAST: fast, MODEL_BALANCED: balanced, MODEL_STRONG: strong } = settings;
  const tiers = modelTiersWith({ fast, balanced, strong });
  return openFleetReporter({
    ledger,
    metrics,
    who: `${hostname()}.${process.pid}.${randomUUID().slice(0, 8)}`,
    readFigures: () => readFleetFigures(ledger, tiers),
    onError: onRedisError,
  });
}
