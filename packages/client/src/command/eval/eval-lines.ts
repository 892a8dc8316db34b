import { costText, durationText } from '../../progress/quantities.ts';
import { oneLine } from '../../tree/text-width.ts';
import { tableLines } from '../table.ts';
import type { Comparison, Difference } from './comparison.ts';
import type { EvalReport, EvalResult } from './eval-result.ts';
import { promptsText } from './prompt-totals.ts';

const goalHeading = ['GOAL', 'STATUS', 'SCORE', 'CALLS', 'COST', 'TIME', 'ANSWERED BY', 'EXPECTED'];
const totalHeading = ['GOALS', 'FAILED', 'SCORE', 'CALLS', 'COST', 'TIME', 'PROMPTS'];
const differenceHeading = ['SCORE', 'CALLS', 'COST', 'TIME', 'AGAINST THE EARLIER RUN'];

export function reportLines({ goals, totals }: EvalReport, width: number): string[] {
  const totalRows = totals.map(({ prompts, goals: count, failed, score, calls, costUsd, ms }) => [
    String(count),
    String(failed),
    scoreOf(score),
    String(calls),
    costText(costUsd),
    durationText(ms),
    promptsText(prompts) || 'not known',
  ]);
  return [
    ...tableLines([goalHeading, ...goals.map(goalRow)], width),
    '',
    ...tableLines([totalHeading, ...totalRows], width),
  ];
}

function goalRow(result: EvalResult): string[] {
  const { name, status, score, calls, costUsd, ms, simulated, failures } = result;
  return [
    name,
    status,
    scoreOf(score),
    String(calls),
    costText(costUsd),
    durationText(ms),
    simulated ? 'emulator' : 'model',
    failures.length === 0 ? 'yes' : `no: ${failures.join(' ')}`,
  ];
}

export function comparisonLines(comparison: Comparison, width: number): string[] {
  const { against, changedPrompts, goals, totals, notCompared } = comparison;
  return [
    `Against the run of ${oneLine(against)}:`,
    ...tableLines([differenceHeading, ...[...goals, ...totals].map(differenceRow)], width),
    ...(changedPrompts.length > 0 ? [`Prompts changed: ${changedPrompts.map(oneLine).join(', ')}`] : []),
    ...(notCompared.length > 0 ? [`In one run only: ${notCompared.map(oneLine).join(', ')}`] : []),
  ];
}

function differenceRow({ name, score, calls, costRatio, timeRatio }: Difference): string[] {
  return [
    score === null ? '–' : signed(score, 2),
    signed(calls, 0),
    ratioOf(costRatio),
    ratioOf(timeRatio),
    name || 'prompts not known',
  ];
}

function scoreOf(score: number | null): string {
  return score === null ? '–' : score.toFixed(2);
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

function ratioOf(ratio: number | null): string {
  return ratio === null ? '–' : `×${ratio.toFixed(2)}`;
}

/** One line for a goal that has just ended. */
export function resultLine(result: EvalResult, done: number, of: number): string {
  const { name, status, score, failures } = result;
  const facts = [`[${done}/${of}]`, oneLine(name), status, ...(score === null ? [] : [score.toFixed(2)])];
  if (failures.length > 0) facts.push(...failures.map(oneLine));
  return facts.join('  ');
}
