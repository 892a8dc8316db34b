import { mean, pairedRatios, spreadOf } from './statistics.mjs';

/** @typedef {import('./rounds.mjs').Measurement} Measurement */
/** @typedef {{ label: string, digits: number, value: (measurement: Measurement) => number }} Row */

/** @type {readonly Row[]} */
const rows = [
  { label: 'lone goal, p50, ms', digits: 1, value: ({ lone }) => lone.p50 },
  { label: 'lone goal, p95, ms', digits: 1, value: ({ lone }) => lone.p95 },
  { label: 'many in flight, goals/s', digits: 1, value: ({ many }) => many.goalsPerSecond },
  { label: 'many in flight, tasks/s', digits: 0, value: ({ many }) => many.tasksPerSecond },
  { label: 'CPU per task, µs', digits: 0, value: ({ many }) => many.cpuMicrosPerTask['all'] ?? NaN },
  {
    label: 'Redis commands per task, inside scripts too',
    digits: 1,
    value: ({ many }) => many.commandsPerTask,
  },
  { label: 'Redis scripts per task', digits: 2, value: ({ many }) => many.scriptsPerTask },
  { label: 'Redis bytes kept per task', digits: 0, value: ({ many }) => many.bytesPerTask },
  { label: 'commands sent for a lone goal', digits: 0, value: ({ sentPerLoneGoal }) => sentPerLoneGoal },
];

export const unmeasured = `What this does not measure: models and their time, planning by a model, tasks that take time or fail, large texts, TLS and
networks, several hosts or worker processes, authentication, the dashboard, a Redis that writes to disk, hours of running.
The raw side promises less: no plan laws, ledger, journal, events, HTTP or answer. It is the floor, not a rival.
Client, processes and Redis share this machine's cores, so trust the ratios, which come from pairs run one right after the other.`;

/** @param {number} value @param {number} digits */
export function shown(value, digits) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {import('./statistics.mjs').Spread} spread @param {number} digits */
export function shownSpread({ median, least, most }, digits) {
  return `${shown(median, digits)} (${shown(least, digits)}–${shown(most, digits)})`;
}

/** @param {readonly (readonly string[])[]} lines @returns {string} */
export function table(lines) {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

/** @param {string} workload @param {readonly Measurement[]} ours @param {readonly Measurement[]} theirs */
function comparison(workload, ours, theirs) {
  const body = rows.map(({ label, digits, value }) => {
    const [first, second] = [ours.map(value), theirs.map(value)];
    const ratio = `× ${shownSpread(pairedRatios(first, second), 2)}`;
    return [label, ratio, shownSpread(spreadOf(first), digits), shownSpread(spreadOf(second), digits)];
  });
  return table([[workload, 'Baton / raw', ours[0]?.side ?? '', theirs[0]?.side ?? ''], ...body]);
}

/** CPU per task by process. @param {readonly Measurement[]} measurements */
function cpuShares(measurements) {
  const shares = measurements.map(({ many }) => many.cpuMicrosPerTask);
  const names = Object.keys(shares[0] ?? {});
  const parts = names.map(
    (name) => `${name} ${shown(spreadOf(shares.map((each) => each[name] ?? 0)).median, 0)}`,
  );
  return `CPU per task, µs, ${measurements[0]?.side ?? ''}: ${parts.join(' · ')}`;
}

/** @param {readonly Measurement[]} measurements */
function phaseLines(measurements) {
  const steps = (measurements[0]?.phases ?? []).map(({ step }, index) => ({
    step,
    ms: mean(measurements.map(({ phases }) => phases[index]?.ms ?? NaN)),
  }));
  const sum = steps.reduce((total, { ms }) => total + ms, 0);
  const title = `Where a lone goal's time goes, ms (mean of ${measurements.reduce((count, { lone }) => count + lone.goals, 0)} goals)`;
  return table([[title, shown(sum, 1)], ...steps.map(({ step, ms }) => [`  ${step}`, shown(ms, 1)])]);
}

/** How quiet the machine was. @param {readonly Measurement[]} measurements */
export function othersText(measurements) {
  const percent = spreadOf(measurements.map(({ many }) => many.othersShare * 100));
  const advice = percent.median > 10 ? ': repeat this on a quieter machine' : '';
  return `other programs used ${shownSpread(percent, 0)} % of the cores meanwhile${advice}`;
}

/** Medians, with the least and most of all rounds. @param {readonly Measurement[]} measurements */
export function reportText(measurements) {
  const workloads = [...new Set(measurements.map(({ workload }) => workload))];
  return workloads
    .map((workload) => {
      const ours = roundsOf(measurements, workload, 'Baton');
      const theirs = roundsOf(measurements, workload, 'raw BullMQ');
      return [comparison(workload, ours, theirs), cpuShares(ours), cpuShares(theirs), phaseLines(ours)].join(
        '\n\n',
      );
    })
    .join('\n\n\n');
}

/** In the order of rounds, so that pairs are pairs. @param {readonly Measurement[]} measurements @param {string} workload @param {string} side */
function roundsOf(measurements, workload, side) {
  return measurements
    .filter((measurement) => measurement.workload === workload && measurement.side === side)
    .toSorted((a, b) => a.round - b.round);
}
