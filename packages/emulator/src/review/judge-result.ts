import { budgetAddsUp } from '../answer/budget-table.ts';
import { isPlainList } from '../answer/plain-list.ts';
import type { JudgePrompt } from '../answer/prompt.ts';
import { withoutSimulatedLine } from '../answer/simulated.ts';
import { readGoal } from '../goal/goal-facts.ts';
import { draftsToFail, hasMark } from '../goal/marks.ts';
import { coverage, keywords, keywordShare, shorten } from '../goal/wording.ts';

export interface JudgeReply {
  readonly scores: {
    readonly accuracy: number;
    readonly completeness: number;
    readonly requirements: number;
    readonly consistency: number;
  };
  readonly pass: boolean;
  readonly feedback: readonly string[];
}

/** A score below this is a fault of its own. */
const LEAST = 0.6;
const TREATED = 0.5;
const TOO_SHORT_WORDS = 8;
const FULL_WORDS = 25;
const MAX_FEEDBACK = 5;
const PLACEHOLDER = /\b(?:TODO|TBD|FIXME|lorem ipsum)\b|\[(?:insert|your)\b/i;
/** Tells which draft a point was made of, so that the next one is known to follow it. */
const DRAFT = /^Draft (?<number>\d{1,3}): /;

/** A verdict on a result, from what was asked for and what is there. */
export function judgeResult(prompt: JudgePrompt): JudgeReply {
  const result = withoutSimulatedLine(prompt.result);
  const draft = draftNumber(prompt.previousFeedback);
  const failures = [...markedFailures(prompt, draft), ...lengthFailures(result)];
  const missing = missingPoints(prompt, result);
  const wanted = wantedPoints(prompt).length;
  const isWrong = PLACEHOLDER.test(result) || budgetAddsUp(result) === false;
  const scores = {
    accuracy: isWrong ? 0.3 : rounded(0.92 - 0.02 * (prompt.judge - 1)),
    completeness: failures.length > 0 ? 0.4 : completeness(result),
    requirements: wanted === 0 ? 1 : rounded(1 - missing.length / wanted),
    consistency: rounded(0.6 + 0.4 * usedShare(prompt, result)),
  };
  const isWhole = failures.length === 0 && missing.length === 0;
  const pass = isWhole && Object.values(scores).every((score) => score >= LEAST);
  const feedback = [
    ...failures,
    ...(isWrong ? ['Put facts in place of what is still a placeholder, and let every sum add up.'] : []),
    ...missing.map((point) => `Treat "${shorten(point, 160)}": the result does not speak of it.`),
  ];
  return { scores, pass, feedback: feedback.slice(0, MAX_FEEDBACK) };
}

function draftNumber(previousFeedback: JudgePrompt['previousFeedback']): number {
  if (previousFeedback === null) return 1;
  const numbers = previousFeedback.map((point) => Number(DRAFT.exec(point)?.groups?.['number'] ?? 1));
  return Math.max(1, ...numbers) + 1;
}

function markedFailures({ goal, task, judge }: JudgePrompt, draft: number): string[] {
  const marked = `${goal}\n${task?.description ?? ''}`;
  const target = task === null ? ['answer'] : [task.id, task.worker];
  const points: string[] = [];
  if (draft <= draftsToFail(marked, target)) {
    points.push(`Draft ${draft}: say in its first sentence what the result comes down to.`);
    points.push(`Draft ${draft}: give one concrete example.`);
  }
  if (hasMark(marked, `[judge ${judge} fails everything]`)) {
    points.push(`Draft ${draft}: say for whom it is written, as judge ${judge} asks.`);
  }
  return points;
}

function lengthFailures(result: string): string[] {
  const words = wordCount(result);
  if (words >= TOO_SHORT_WORDS || isData(result) || isPlainList(result)) return [];
  return [`The result has ${words} ${words === 1 ? 'word' : 'words'}: give all of it, with its reasons.`];
}

function completeness(result: string): number {
  return isData(result) || isPlainList(result)
    ? 1
    : rounded(Math.min(1, Math.max(LEAST, wordCount(result) / FULL_WORDS)));
}

/** Of the requirements of a task, or of what the goal names, those that the result does not speak of. */
function missingPoints(prompt: JudgePrompt, result: string): string[] {
  if (isData(result) || isPlainList(result)) return [];
  const there = keywords(result);
  const text = result.toLowerCase();
  return wantedPoints(prompt).filter(
    (point) => !text.includes(point.toLowerCase()) && keywordShare(keywords(point), there) < TREATED,
  );
}

function wantedPoints({ goal, task }: JudgePrompt): readonly string[] {
  return task === null ? readGoal(goal).subjects : task.requirements;
}

/** The share of the dependencies that a result names or takes something from. */
function usedShare({ dependencies }: JudgePrompt, result: string): number {
  if (dependencies.length === 0) return 1;
  const used = dependencies.filter(
    ({ task, output }) => result.includes(`[${task}]`) || coverage(shorten(output, 600), result) >= 0.2,
  );
  return used.length / dependencies.length;
}

/** JSON, or a number: as short as it has to be. */
function isData(result: string): boolean {
  try {
    JSON.parse(result);
    return true;
  } catch {
    return false;
  }
}

function wordCount(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}

function rounded(score: number): number {
  return Math.round(Math.min(1, Math.max(0, score)) * 100) / 100;
}
