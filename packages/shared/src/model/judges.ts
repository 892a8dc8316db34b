import { z } from 'zod';
import { scoresSchema, type Review, type Scores } from '../contract/review.ts';
import type { StepCall, StepCaller } from './journaled-llm.ts';
import { ModelError } from './llm.ts';
import { openingTurn, type Caching, type Opening } from './opening-turn.ts';
import { structuredCall, type StructuredReply } from './structured-call.ts';

/** Tokens that a judge's reply may take, its thinking included. */
const MOST_JUDGE_TOKENS = 8_000;

/** Tokens that a judge's prompt may take: beside it there is room for a reply and for its repair. */
export function judgeWindow(contextTokens: number): number {
  return Math.max(Math.floor(contextTokens / 2), contextTokens - 2 * MOST_JUDGE_TOKENS - 1_000);
}

export interface JudgesRequest {
  readonly caller: StepCaller;
  readonly structuredOutput: 'native' | 'prompt';
  /** The endpoint's own model id. */
  readonly model: string;
  /** What each judge is told; they count from 1. */
  readonly prompt: (judge: number) => Opening;
  readonly caching: Caching;
  readonly judges: number;
  /** Which version of the result it is; the first is 1. */
  readonly round: number;
  readonly signal: AbortSignal;
}

export interface JudgesWord {
  readonly review: Review;
  /** Every call made, repairs included. */
  readonly calls: readonly StepCall[];
}

const judgementSchema = z.object({
  feedback: z.array(z.string()),
  scores: scoresSchema,
  pass: z.boolean(),
});
type Judgement = z.output<typeof judgementSchema>;

const MOST_POINTS = 20;
const MOST_POINT_CHARACTERS = 2_000;

/**
 * Asks the judges side by side, once each. One whose reply can't be read even when repaired, or who declines or can't be
 * reached, gives no verdict. Rejects when the call is cancelled, when the model asks for a long pause, or when the journal fails.
 */
export async function askJudges(request: JudgesRequest): Promise<JudgesWord> {
  const numbers = Array.from({ length: request.judges }, (_, index) => index + 1);
  // Each is waited for: what was paid for is kept, whatever becomes of the others.
  const calls: StepCall[] = [];
  const kept = { ...request, caller: keeping(request.caller, calls) };
  const settled = await Promise.allSettled(numbers.map((judge) => ask(kept, judge)));
  const judgements = settled.flatMap((word) => {
    if (word.status === 'fulfilled') return word.value ?? [];
    if (isNoVerdict(word.reason)) return [];
    throw word.reason;
  });
  return { review: reviewOf(request.round, judgements), calls };
}

function keeping(caller: StepCaller, calls: StepCall[]): StepCaller {
  return {
    async call(request, options) {
      const call = await caller.call(request, options);
      calls.push(call);
      return call;
    },
  };
}

async function ask(request: JudgesRequest, judge: number): Promise<Judgement | null> {
  const { caller, structuredOutput, model, round, caching, signal } = request;
  const prompt = request.prompt(judge);
  const opening = openingTurn(model, prompt, caching);
  const reply: StructuredReply<Judgement> = await structuredCall({
    caller,
    structuredOutput,
    request: { model, system: prompt.system, messages: [opening], maxTokens: MOST_JUDGE_TOKENS },
    schema: judgementSchema,
    check: faultsOf,
    maxRepairs: 1,
    signal,
    step: `review-${round}.${judge}`,
  });
  return reply.kind === 'ok' ? reply.value : null;
}

/** A result that is sent back without a reason can't be done better. */
function faultsOf({ pass, feedback }: Judgement) {
  if (pass || feedback.some((point) => point.trim() !== '')) return [];
  const message = 'pass is false, so at least one point must say what to do better: add it, or let it pass.';
  return [{ path: 'feedback', taskId: null, message }];
}

function isNoVerdict(error: unknown): boolean {
  return error instanceof ModelError && error.failure.kind !== 'cancelled';
}

/** What the judges who gave a verdict say together: more than half of them must let it pass. */
function reviewOf(round: number, judgements: readonly Judgement[]): Review {
  const judges = judgements.length;
  const passes = judgements.filter(({ pass }) => pass).length;
  const failing = judgements.filter(({ pass }) => !pass);
  const passing = judgements.filter(({ pass }) => pass);
  return {
    round,
    verdict: judges === 0 ? 'none' : passes * 2 > judges ? 'pass' : 'fail',
    scores: judges === 0 ? null : meanOf(judgements.map(({ scores }) => scores)),
    feedback: pointsOf([...failing, ...passing]),
    judges,
    passes,
  };
}

function meanOf(scores: readonly Scores[]): Scores {
  const mean = (name: keyof Scores): number =>
    Math.round((scores.reduce((sum, each) => sum + each[name], 0) / scores.length) * 1_000) / 1_000;
  return {
    accuracy: mean('accuracy'),
    completeness: mean('completeness'),
    requirements: mean('requirements'),
    consistency: mean('consistency'),
  };
}

/** Each point once, those of judges who let it fail first. */
function pointsOf(judgements: readonly Judgement[]): string[] {
  const points = new Map<string, string>();
  for (const point of judgements.flatMap(({ feedback }) => feedback)) {
    const text = point.trim().slice(0, MOST_POINT_CHARACTERS);
    const key = text.replaceAll(/\s+/g, ' ').toLowerCase();
    if (key !== '' && !points.has(key)) points.set(key, text);
  }
  return [...points.values()].slice(0, MOST_POINTS);
}
