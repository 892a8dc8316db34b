import type { ScenarioReport } from './scenario/report.ts';
import { seconds } from './scenario/run-cases.ts';

function rowOf({ name, cases, violations, tookMs }: ScenarioReport): string {
  const failed = new Set(violations.map((violation) => violation.case)).size;
  return `${name.padEnd(20)}${String(cases).padStart(7)}${String(failed).padStart(8)}${seconds(tookMs).padStart(9)}`;
}

function failuresOf({ violations }: ScenarioReport): string[] {
  return violations.flatMap(({ case: name, invariant, goalId, message, repeat }) => [
    `FAIL ${name}: ${invariant}${goalId === null ? '' : ` (${goalId})`}: ${message}`,
    `     again: ${repeat}`,
  ]);
}

/** The end of a run, for people. */
export function reportText(reports: readonly ScenarioReport[]): string {
  const figures = reports.flatMap((report) => [
    `${report.name}:`,
    ...Object.entries(report.figures).map(([name, figure]) => `  ${name}: ${figure}`),
  ]);
  const failures = reports.flatMap(failuresOf);
  const head = `${'scenario'.padEnd(20)}${'cases'.padStart(7)}${'failed'.padStart(8)}${'s'.padStart(9)}`;
  const blocks = [figures, failures, [head, ...reports.map(rowOf)]].filter((lines) => lines.length > 0);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
