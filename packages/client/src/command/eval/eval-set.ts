import type { NewGoal, NewGoalOptions } from '../../client.ts';
import { UsageError } from '../usage-error.ts';

/** What a goal's answer must be, besides being there. */
interface Expectation {
  /** Texts that it must hold, in whatever case. */
  readonly mentions?: readonly string[];
  /** The least mean of its scores, from 0 to 1. */
  readonly minScore?: number;
}

/** One goal of a set. Its name is what runs of the set are compared by. */
export interface EvalGoal extends Pick<NewGoal, 'goal' | 'context' | 'recipe'> {
  readonly name: string;
  readonly options?: NewGoalOptions;
  readonly expect?: Expectation;
}

const fields: ReadonlySet<string> = new Set(['name', 'goal', 'context', 'recipe', 'options', 'expect']);
const expectations: ReadonlySet<string> = new Set(['mentions', 'minScore']);

/** @param source for messages: what the text was read from. Throws a {@link UsageError} that names every problem. */
export function readEvalSet(source: string, text: string): EvalGoal[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${source} is not JSON.`, { cause: error });
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw new UsageError(`${source} must hold a list of goals: [{"name": …, "goal": …}].`);
  }
  const problems = value.flatMap((goal: unknown, at) => problemsOf(goal).map((what) => `[${at}]${what}`));
  const names = value.map((goal: { name?: unknown } | null) => goal?.name);
  for (const [at, name] of names.entries()) {
    if (typeof name === 'string' && names.indexOf(name) < at)
      problems.push(`[${at}].name: "${name}" is there twice`);
  }
  if (problems.length > 0) {
    throw new UsageError(`${source} is no set of goals:\n  ${problems.join('\n  ')}`);
  }
  return value as EvalGoal[];
}

function problemsOf(value: unknown): string[] {
  if (!isRecord(value)) return [' must be an object'];
  const problems: string[] = [];
  for (const field of ['name', 'goal'] as const) {
    if (typeof value[field] !== 'string' || value[field].trim() === '')
      problems.push(`.${field}: must be a text`);
  }
  const { options, expect } = value;
  if (options !== undefined && !isRecord(options)) problems.push('.options: must be an object');
  if (isRecord(options) && options['approval'] === true) {
    problems.push('.options.approval: nobody is asked here: leave it out');
  }
  return [...problems, ...unknownFields('', value, fields), ...expectProblems(expect)];
}

function expectProblems(expect: unknown): string[] {
  if (expect === undefined) return [];
  if (!isRecord(expect)) return ['.expect: must be an object'];
  const { mentions, minScore } = expect;
  const problems = unknownFields('.expect', expect, expectations);
  const areTexts = Array.isArray(mentions) && mentions.every((mention) => typeof mention === 'string');
  if (mentions !== undefined && !areTexts) problems.push('.expect.mentions: must be a list of texts');
  const isScore = typeof minScore === 'number' && minScore >= 0 && minScore <= 1;
  if (minScore !== undefined && !isScore) problems.push('.expect.minScore: must be a number from 0 to 1');
  return problems;
}

function unknownFields(path: string, value: object, known: ReadonlySet<string>): string[] {
  const unknown = Object.keys(value).filter((name) => !known.has(name));
  return unknown.map((name) => `${path}.${name}: is not known; known are ${[...known].join(', ')}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
