import type { AnalyticsReport, Bottleneck, ErrorPattern, Percentiles } from '../contract/analytics.ts';
import { durationText, plural } from '../progress/quantities.ts';
import { tableLines } from './table.ts';

type Row = readonly string[];

/** Errors that are shown; all of them are in the JSON. */
const MOST_ERRORS = 10;

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(0)}%`;
}

function time(seconds: number): string {
  return seconds < 0 ? `-${durationText(-seconds * 1_000)}` : durationText(seconds * 1_000);
}

function times(percentiles: Percentiles | null): Row {
  if (percentiles === null) return ['-', '-', '-'];
  return [time(percentiles.p50), time(percentiles.p95), time(percentiles.max)];
}

/** A heading, and the table below it; nothing of an empty one. */
function section(title: string, heading: Row, rows: readonly Row[], columns: number): string[] {
  return rows.length === 0 ? [] : ['', title, ...tableLines([heading, ...rows], columns)];
}

function goalLine({ goals, from, to }: AnalyticsReport): string {
  const { considered, statuses, seconds, open } = goals;
  const ended = Object.entries(statuses)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status.replace('_', ' ')}`);
  const parts = [
    `${plural(considered, 'goal')} from ${from} to ${to} (UTC)`,
    ...ended,
    ...(seconds === null
      ? []
      : [`half of them within ${time(seconds.p50)}, 95% within ${time(seconds.p95)}`]),
    ...(open === 0 ? [] : [`${open} more ${open === 1 ? 'goes' : 'go'} on`]),
  ];
  return parts.join(' · ');
}

function taskRows({ tasks }: AnalyticsReport): Row[] {
  return tasks.map(({ workerType, tasks: count, outcomes, attempts, waitSeconds, seconds }) => [
    workerType,
    String(count),
    percent(count === 0 ? null : outcomes.succeeded / count),
    String(outcomes.failed),
    String(attempts.two + attempts.more),
    ...times(waitSeconds),
    ...times(seconds),
  ]);
}

function criticalRows({ items }: Bottleneck): Row[] {
  return items.map(({ workerType, waitSeconds, waitShare, runSeconds, runShare, goals }) => [
    workerType,
    time(waitSeconds),
    percent(waitShare),
    time(runSeconds),
    percent(runShare),
    String(goals),
  ]);
}

function savingLines({ simulation, workerType }: Bottleneck, columns: number): string[] {
  if (simulation === null) return [];
  const { goalSeconds, recordedGoalSeconds, unlimitedGoalSeconds, workerTypes } = simulation;
  const mean = `A goal took ${time(recordedGoalSeconds)} in the mean; simulated ${time(goalSeconds)}, and ${time(unlimitedGoalSeconds)} with slots without end.`;
  if (workerTypes.length === 0) return ['', `${mean} More slots would have saved nothing.`];
  const added = workerTypes[0]?.more.map(({ slots }) => `+${slots}`) ?? [];
  const rows = workerTypes.map((type) => [
    type.workerType,
    String(type.slots),
    ...type.more.map(({ savedSeconds, savedShare }) => `${time(savedSeconds)} ${percent(savedShare)}`),
  ]);
  const title = `WHAT MORE SLOTS WOULD HAVE SAVED of a goal's time${workerType === null ? '' : `; waited for longest: ${workerType}`}`;
  return [...section(title, ['WORKER TYPE', 'SLOTS', ...added], rows, columns), mean];
}

function errorRow({ kind, cause, message, count, recoveredShare, workerTypes, examples }: ErrorPattern): Row {
  const [example] = examples;
  const place = example ? [example.goalId, example.taskId].filter((part) => part !== null).join(' ') : '';
  return [
    String(count),
    kind.replace('_', ' '),
    cause,
    percent(recoveredShare),
    workerTypes.join(' '),
    place,
    message,
  ];
}

/** The report for a terminal. */
export function analyticsLines(report: AnalyticsReport, columns: number): string[] {
  const { utilisation, bottleneck, errors, reviews, feedback } = report;
  const scores = reviews.total.map(
    ({ workerType, judged, passShare, firstPassShare, rounds, scores: mean }) => [
      workerType,
      String(judged),
      percent(passShare),
      percent(firstPassShare),
      rounds.toFixed(1),
      ...(mean === null
        ? ['-', '-', '-', '-']
        : [mean.accuracy, mean.completeness, mean.requirements, mean.consistency].map((score) =>
            score.toFixed(2),
          )),
    ],
  );
  const slots = utilisation.total.map(({ workerType, slotSeconds, busySeconds, share }) => [
    workerType,
    time(slotSeconds),
    time(busySeconds),
    percent(share),
  ]);
  const given = feedback.recipes.map(({ recipe, count, mean, distribution }) => [
    recipe ?? '(none)',
    String(count),
    mean === null ? '-' : mean.toFixed(2),
    ...distribution.map(String),
  ]);
  return [
    goalLine(report),
    ...section(
      'TASKS',
      ['WORKER TYPE', 'TASKS', 'OK', 'FAILED', 'AGAIN', 'WAIT P50', 'P95', 'MAX', 'RUN P50', 'P95', 'MAX'],
      taskRows(report),
      columns,
    ),
    ...section(
      'CRITICAL PATHS',
      ['WORKER TYPE', 'WAITED', 'SHARE', 'RAN', 'SHARE', 'GOALS'],
      criticalRows(bottleneck),
      columns,
    ),
    ...savingLines(bottleneck, columns),
    ...section('SLOTS of the whole fleet', ['WORKER TYPE', 'THERE', 'BUSY', 'SHARE'], slots, columns),
    ...section(
      'ERRORS',
      ['COUNT', 'KIND', 'CAUSE', 'RECOVERED', 'WORKER TYPES', 'EXAMPLE', 'MESSAGE'],
      errors.items.slice(0, MOST_ERRORS).map(errorRow),
      columns,
    ),
    ...section(
      'REVIEWS',
      [
        'OF',
        'JUDGED',
        'PASSED',
        'AT FIRST',
        'ROUNDS',
        'ACCURACY',
        'COMPLETENESS',
        'REQUIREMENTS',
        'CONSISTENCY',
      ],
      scores,
      columns,
    ),
    ...section(
      'FEEDBACK',
      ['RECIPE', 'COUNT', 'MEAN', '0-0.2', '-0.4', '-0.6', '-0.8', '-1'],
      given,
      columns,
    ),
  ];
}
