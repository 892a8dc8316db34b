/**
 * The goal's answer, written, judged and revised. All of it may be run again at any point: every model's word is journaled
 * before anything is done with it, and its place in the loop is what it is kept under.
 *
 * 1. At most `reviewRounds` revisions and one review more, whatever judges say; without rounds nothing is judged.
 * 2. An answer that was paid for is never lost to a later call: when a revision fails, is refused or cut off, the version
 *    before it stands, and is streamed again.
 */
import { tokensIn } from '@baton/plan/context-window';
import { synthesisPrompt, type SynthesisInput } from '@baton/plan/prompts/synthesis-prompt';
import type { Recipe } from '@baton/plan/recipes';
import type { GoalError } from '@baton/shared/contract/goal';
import type { GoalOptions } from '@baton/shared/contract/goal-request';
import type { Review } from '@baton/shared/contract/review';
import type { GoalBrief } from '@baton/shared/ledger/goal-record';
import type { TaskResult } from '@baton/shared/ledger/task-results';
import { openJournal } from '@baton/shared/ledger/journal';
import { SYNTHESIS, type Lease } from '@baton/shared/ledger/lease';
import type { Ledger } from '@baton/shared/ledger/ledger';
import type { BudgetRoom } from '@baton/shared/ledger/run-budget';
import { BudgetExceeded } from '@baton/shared/model/budget-exceeded';
import type { CallPurpose } from '@baton/shared/model/call-purpose';
import { continuedCall } from '@baton/shared/model/continued-call';
import type { StepCall, StepCaller } from '@baton/shared/model/journaled-llm';
import { ModelError } from '@baton/shared/model/llm';
import type { ModelAccess } from '@baton/shared/model/model-access';
import { windowOf } from '@baton/shared/model/model-window';
import { refusalText } from '@baton/shared/model/refusal-text';
import { noteWhole, sampleKind } from '@baton/shared/model/sample-kind';
import { answerWithin, promptWithin, saysEnough, tierWithin } from './answer-room.ts';
import { reviewAnswer } from './review-answer.ts';
import { isUnneeded, toldOutcomes } from './told-outcomes.ts';

const MAX_TOKENS = 32_000;

export interface SynthesisRequest {
  readonly goalId: string;
  readonly lease: Lease;
  readonly retries: number;
  readonly purpose: CallPurpose;
  readonly brief: GoalBrief;
  readonly recipe: string | null;
  readonly options: Pick<GoalOptions, 'reviewRounds' | 'judges' | 'latency'>;
  /** Why what was open was not needed any more, or null. */
  readonly finishedEarly: string | null;
  readonly results: readonly TaskResult[];
  /** What budgets leave to the answer. */
  readonly room: BudgetRoom;
  readonly onText: (delta: string) => void;
  /** The text so far is void. */
  readonly onLost: () => void;
  /** What the judges say of the text so far. */
  readonly onReview: (review: Review) => Promise<void>;
}

export interface Answer {
  readonly kind: 'answer';
  readonly text: string;
  /** The model stopped at the most tokens that an answer may have, not at its end. */
  readonly isCutOff: boolean;
  /** Of each version that was judged, the oldest first. The last one's verdict is `fail` when revisions ran out. */
  readonly reviews: readonly Review[];
}

/** Not even the first version could be paid for. */
interface Unaffordable {
  readonly kind: 'unaffordable';
  /** Names the budget. */
  readonly message: string;
}

export type Synthesised = Answer | Unaffordable | { readonly kind: 'failed'; readonly error: GoalError };

function failed(type: string, message: string): Synthesised {
  return { kind: 'failed', error: { type, message } };
}

function tooLittle(tokens: number): string {
  return `Of the budget ${tokens.toLocaleString('en-US')} tokens are left, which does not reach for an answer made of the results.`;
}

interface Writing {
  readonly models: ModelAccess;
  readonly caller: StepCaller;
  readonly request: SynthesisRequest;
  readonly input: SynthesisInput;
  readonly signal: AbortSignal;
}

/** Has one version written, streaming. @param round counts from 1. */
async function write(
  { models, caller, request, input, signal }: Writing,
  round: number,
  revision: SynthesisInput['revision'],
): Promise<Synthesised> {
  const { room } = request;
  const window = windowOf(models.contextTokens, MAX_TOKENS);
  const { system, user, trimmed } = synthesisPrompt(
    { ...input, ...(revision && { revision }) },
    promptWithin(window, room),
  );
  const results = input.outcomes.reduce((sum, { output }) => sum + (output?.length ?? 0), 0);
  if (room.tokens !== null && room.tokens < window.promptTokens && !saysEnough(trimmed, results)) {
    return { kind: 'unaffordable', message: tooLittle(room.tokens) };
  }
  const promptTokens = tokensIn(system) + tokensIn(user);
  const answerTokens = answerWithin(window, room, promptTokens);
  try {
    const { text, cutOff, last } = await continuedCall({
      caller,
      request: {
        model: models.tiers[tierWithin(models, room, { promptTokens, answerTokens })],
        system,
        messages: [{ role: 'user', text: user }],
        maxTokens: answerTokens,
        jsonSchema: null,
      },
      options: {
        signal,
        onText: request.onText,
        onLost: request.onLost,
        onVoid: request.onLost,
        step: 'synthesis',
        attempt: round,
      },
      contextTokens: models.contextTokens,
      // What a budget has cut short is not made up for.
      goesOn: answerTokens === window.answerTokens,
    });
    if (last.stopReason === 'refusal')
      return failed('model_refusal', refusalText('The model refused to put the answer together', last));
    if (text.trim() === '') return failed('model_error', 'The model gave an empty answer.');
    return { kind: 'answer', text, isCutOff: cutOff, reviews: [] };
  } catch (error) {
    if (error instanceof BudgetExceeded) return { kind: 'unaffordable', message: error.message };
    if (!(error instanceof ModelError) || error.failure.kind === 'cancelled') throw error;
    return failed('model_error', `The answer could not be put together: ${error.message}`);
  }
}

async function reviewed(writing: Writing, first: Answer): Promise<Answer> {
  const { models, caller, request, signal } = writing;
  const { brief, results, options } = request;
  const { reviewRounds: rounds = 0, judges = 1 } = options;
  if (rounds === 0) return first;
  const reviews: Review[] = [];
  let { text } = first;
  for (let round = 1; ; round += 1) {
    const previousFeedback = reviews.at(-1)?.feedback ?? [];
    const answer = { brief, results, text, round, previousFeedback, judges };
    const review = await reviewAnswer(models, caller, answer, signal);
    reviews.push(review);
    await request.onReview(review);
    if (review.verdict !== 'fail' || round > rounds) break;
    request.onLost();
    const next = await write(writing, round + 1, { previous: text, feedback: review.feedback });
    if (next.kind !== 'answer' || next.isCutOff) {
      request.onLost();
      request.onText(text);
      break;
    }
    text = next.text;
  }
  return { ...first, text, reviews };
}

/** Asks the synthesiser's model, and the judges of its answer. */
export function synthesiserFor(ledger: Ledger, models: ModelAccess, recipes: ReadonlyMap<string, Recipe>) {
  return async (request: SynthesisRequest, signal: AbortSignal): Promise<Synthesised> => {
    const { goalId, lease, retries, purpose, brief, results } = request;
    const input: SynthesisInput = {
      goal: brief.goal,
      context: brief.context,
      recipe: request.recipe === null ? null : (recipes.get(request.recipe) ?? null),
      outcomes: toldOutcomes(results),
      finishedEarly: results.some(({ outcome }) => isUnneeded(outcome)) ? request.finishedEarly : null,
    };
    const calls: StepCall[] = [];
    let model = models.tiers.strong;
    const begunAt = performance.now();
    const paid = models.callerFor(openJournal(ledger, { goalId, lease, retries }, purpose), purpose);
    const caller: StepCaller = {
      async call(asked, how) {
        const call = await paid.call(asked, how);
        if (calls.length === 0) ({ model } = asked);
        calls.push(call);
        return call;
      },
    };
    const writing: Writing = { models, caller, request, input, signal };
    const first = await write(writing, 1, null);
    if (first.kind !== 'answer' || first.isCutOff) return first;
    const answer = await reviewed(writing, first);
    const kind = sampleKind(SYNTHESIS, { options: request.options });
    noteWhole(models.samples, kind, model, calls, performance.now() - begunAt);
    return answer;
  };
}
