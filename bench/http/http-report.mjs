import { shown, shownSpread, table } from '../report.mjs';
import { pairedRatios, spreadOf } from '../statistics.mjs';

/** @typedef {import('./http-lanes.mjs').HttpMeasurements} HttpMeasurements */
/** @typedef {import('./http-lanes.mjs').LaneSizes} LaneSizes */

const MEGABYTE = 1_048_576;
/** What is promised: MB of the API process, and ms until refused input is refused. */
const MOST_MEGABYTES = 300;
const MOST_MS = 50;

export const unmeasuredHttp = `What this does not measure: TLS, networks and proxies, several API processes, planning and running, a Redis that
writes to disk. The clients share this machine's cores with the server and Redis, so delays hold the readers' own work: compare
with the bare server, whose readers are the same. Its events are the same too, over one blocking read; it checks nothing.`;

/** @param {number} bytes */
const megabytes = (bytes) => bytes / MEGABYTE;

/** @param {HttpMeasurements} measurements @param {LaneSizes} sizes */
function streamsText({ streams, flood }, { readers, liveEvents, everyMs }) {
  const many = shown(readers, 0);
  const kinds = /** @type {const} */ ([
    [`Baton, ${many} readers`, 'many'],
    ['Baton, 1 reader', 'one'],
    [`bare node:http, ${many} readers`, 'bare'],
  ]);
  const delays = kinds.map(([label, kind]) => [
    label,
    ...['p50', 'p99'].map((point) =>
      shownSpread(spreadOf(streams.map((round) => round[kind][/** @type {'p50' | 'p99'} */ (point)])), 1),
    ),
  ]);
  const ratios = kinds.slice(1).map(([label, kind]) => [
    `  × ${label}`,
    ...['p50', 'p99'].map((point) => {
      const of = (/** @type {'many' | 'one' | 'bare'} */ name) =>
        streams.map((round) => round[name][/** @type {'p50' | 'p99'} */ (point)]);
      return `× ${shownSpread(pairedRatios(of('many'), of(kind)), 2)}`;
    }),
  ]);
  const memory = [
    ['API process, resident, MB', 'no reader', 'most'],
    [
      `${many} readers, live`,
      shownSpread(spreadOf(streams.map(({ bytesBefore }) => megabytes(bytesBefore))), 0),
      shownSpread(spreadOf(streams.map(({ bytesAfter }) => megabytes(bytesAfter))), 0),
    ],
    [
      `${many} readers, late, ${shown(flood.events, 0)} events each`,
      '',
      shown(megabytes(flood.bytesLate), 0),
    ],
    [`${shown(flood.unread, 0)} that read nothing, in a flood`, '', shown(megabytes(flood.bytesUnread), 0)],
  ];
  const most = Math.max(...streams.map(({ bytesAfter }) => bytesAfter), flood.bytesLate, flood.bytesUnread);
  const late = `The late readers had everything in ${shown(flood.seconds, 1)} s (${shown((readers * flood.events) / flood.seconds, 0)} events/s); GET /livez meanwhile: p50 ${shown(flood.livez.p50, 1)} ms, p99 ${shown(flood.livez.p99, 1)} ms.`;
  return [
    table([
      [`event written → arrived, ms: ${liveEvents} events, one in ${everyMs} ms`, 'p50', 'p99'],
      ...delays,
      ...ratios,
    ]),
    table(memory),
    late,
    verdict(megabytes(most), MOST_MEGABYTES, 'MB, the most memory'),
  ].join('\n\n');
}

/** @param {number} value @param {number} most @param {string} what */
function verdict(value, most, what) {
  return `${shown(value, 0)} ${what}; the limit is ${most}: ${value < most ? 'kept' : 'MISSED'}.`;
}

/** @param {HttpMeasurements} measurements @param {LaneSizes} sizes */
function refusalsText({ refusals }, { connections, calls }) {
  const names = refusals[0]?.map(({ name }) => name) ?? [];
  /** @type {number[]} */
  const worst = [];
  const lines = names.map((name, index) => {
    const cells = /** @type {const} */ (['alone', 'loaded']).flatMap((when) =>
      /** @type {const} */ (['p50', 'p99']).map((point) => {
        const spread = spreadOf(refusals.map((round) => round[index]?.[when][point] ?? NaN));
        if (point === 'p99' && index > 0) worst.push(spread.median);
        return shownSpread(spread, 1);
      }),
    );
    const cpu = spreadOf(refusals.map((round) => round[index]?.cpuMs ?? NaN));
    return [name, ...cells, shownSpread(cpu, 2)];
  });
  return [
    table([
      [
        `answered, ms: ${calls} calls a round`,
        'p50 alone',
        'p99 alone',
        `p50, ${connections} others`,
        `p99, ${connections} others`,
        'server CPU, ms',
      ],
      ...lines,
    ]),
    verdict(Math.max(...worst), MOST_MS, 'ms, the largest median p99 of refused input'),
  ].join('\n\n');
}

/** @param {HttpMeasurements} measurements @param {LaneSizes} sizes */
function intakeText({ intake }, { goals, connections }) {
  const single = intake.map((round) => round.single);
  const batch = intake.flatMap((round) => (round.batch === null ? [] : [round.batch]));
  const line = [
    `${shown(goals, 0)} requests, ${connections} in flight`,
    shownSpread(spreadOf(single), 0),
    '',
  ];
  if (batch.length < single.length)
    return table([['goals accepted', 'per second', ''], line, ['batch', '–', '']]);
  const ratio = `× ${shownSpread(pairedRatios(batch, single), 2)}`;
  return table([
    ['goals accepted', 'per second', ''],
    line,
    [`one batch of ${shown(goals, 0)}`, shownSpread(spreadOf(batch), 0), ratio],
  ]);
}

/** Medians, with the least and most of all rounds. @param {HttpMeasurements} measurements @param {LaneSizes} sizes */
export function httpReportText(measurements, sizes) {
  return [
    streamsText(measurements, sizes),
    refusalsText(measurements, sizes),
    intakeText(measurements, sizes),
  ].join('\n\n\n');
}
