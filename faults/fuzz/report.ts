import type { Failure } from './failures.ts';
import type { FamilyTally } from './tally.ts';

/** Figures of one run. */
export interface RunReport {
  readonly seed: number;
  readonly requests: number;
  readonly seconds: number;
  readonly families: readonly {
    readonly family: string;
    readonly requests: number;
    readonly statuses: Readonly<Record<string, number>>;
    readonly slowestMs: number;
    /** Of refusals, in ms; null where there was none. */
    readonly refusedMs: { readonly p50: number; readonly p99: number } | null;
    readonly maxLagMs: number;
    readonly ownLagMs: number;
  }[];
  /** Goals that were accepted, and that succeeded. */
  readonly goals: { readonly accepted: number; readonly succeeded: number };
  /** Resident, in MiB, per process; null where the system does not say. */
  readonly memory: readonly MemoryFigure[];
  readonly inside: { readonly settings: number; readonly plans: number };
  readonly failures: readonly Failure[];
}

export interface MemoryFigure {
  readonly name: string;
  readonly before: number | null;
  readonly most: number | null;
  readonly after: number | null;
}

function quantiles(times: readonly number[]): RunReport['families'][number]['refusedMs'] {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return sorted.length === 0 ? null : { p50: at(0.5), p99: at(0.99) };
}

export function familyFigures(tallies: readonly FamilyTally[]): RunReport['families'] {
  return tallies.map(({ family, requests, statuses, slowestMs, refusalsMs, maxLagMs, ownLagMs }) => ({
    family,
    requests,
    statuses: Object.fromEntries([...statuses].sort(([left], [right]) => left.localeCompare(right))),
    slowestMs: Math.round(slowestMs),
    refusedMs: quantiles(refusalsMs),
    maxLagMs: Math.round(maxLagMs),
    ownLagMs: Math.round(ownLagMs),
  }));
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lastColumn = widths.length - 1;
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          if (column === lastColumn) return cell;
          return column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function memoryLine({ name, before, most, after }: MemoryFigure): string {
  const shown = (value: number | null): string => (value === null ? '?' : String(Math.round(value)));
  return `${name} ${shown(before)} → ${shown(after)} MiB (most ${shown(most)})`;
}

export function reportText(report: RunReport): string {
  const { families, goals, memory, inside, failures, seed, requests, seconds } = report;
  const rows = families.map(({ family, statuses, ...figures }) => [
    family,
    String(figures.requests),
    String(figures.refusedMs?.p50 ?? '–'),
    String(figures.refusedMs?.p99 ?? '–'),
    String(figures.slowestMs),
    String(figures.maxLagMs),
    String(figures.ownLagMs),
    Object.entries(statuses)
      .map(([status, count]) => `${status}: ${count}`)
      .join('  '),
  ]);
  return [
    table([
      ['family', 'requests', 'refused, p50', 'p99', 'slowest, ms', 'lag, ms', 'own', 'answers'],
      ...rows,
    ]),
    '',
    `${requests} requests in ${Math.round(seconds)} s, seed ${seed}`,
    `goals: ${goals.accepted} accepted, ${goals.succeeded} succeeded`,
    `memory: ${memory.map(memoryLine).join('; ')}`,
    `in process: ${inside.settings} environments, ${inside.plans} plans`,
    failures.length === 0 ? 'no failures' : `${failures.length} kinds of failure:`,
    ...failures.map(failureText),
  ].join('\n');
}

export function failureText({ family, fault, what, reproduction, count }: Failure): string {
  return `  ✗ ${family}, ${what}${count > 1 ? ` (and ${count - 1} more)` : ''}\n      ${fault}\n      ${reproduction}`;
}
