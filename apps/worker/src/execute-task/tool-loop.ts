/**
 * A call of the model that may use tools, turn by turn.
 *
 * 1. Each turn is a journaled call with a step of its own, and each result is journaled before the model is told of it: a task
 *    that runs again comes to the same turn with the same words.
 * 2. At most {@link MOST_TURNS} turns, {@link MOST_CALLS} calls in each, and so many tokens of results: whatever the model asks for.
 * 3. The calls of one turn run side by side; their results are told in the order in which they were asked for.
 * 4. Whatever a tool does wrong is told to the model. Only what breaks the task off rejects.
 */
import { fitToTokens, tokensIn } from '@baton/plan/context-window';
import { nearestName } from '@baton/plan/nearest-name';
import { callsMade, LAST_TURN_NOTE, withToolRules } from '@baton/plan/prompts/tool-rules';
import {
  continuedCall,
  type ContinuedAnswer,
  type ContinuedRequest,
} from '@baton/shared/model/continued-call';
import type { LlmMessage, LlmTool } from '@baton/shared/model/llm';
import { BROKEN_INPUT } from '@baton/shared/model/message-blocks';
import type { OfferedTools } from '../tools/offered-tools.ts';
import type { Tool } from '../tools/tool.ts';
import { wireName } from '../tools/wire-name.ts';
import { sideBySide } from './side-by-side.ts';
import { TaskFailure } from './task-failure.ts';
import type { LastingCall, ToolCalls } from './tool-calls.ts';
import { resultsTurn, toolUsesOf, type ToldResult, type ToolUse } from './tool-turns.ts';

export const MOST_TURNS = 20;
/** In one turn. */
const MOST_CALLS = 32;
/** Of one turn, side by side. */
const AT_ONCE = 8;

export interface ToolLoopOptions {
  readonly offered: OfferedTools;
  readonly calls: Pick<ToolCalls, 'make' | 'offer' | 'lasting'>;
  /** Made by earlier runs of the worker, whose result is revised. */
  readonly before: readonly LastingCall[];
  /** Of all results that one call of the model may be told, estimated. */
  readonly mostTokens: number;
  /** Told of each turn in which tools are used. */
  readonly onUse: (names: readonly string[]) => void;
}

/** Asks for an answer, however many calls it takes. */
export type Ask = (asked: ContinuedRequest) => Promise<ContinuedAnswer>;

/** Less of a result than this tells nothing. */
const FEWEST_TOKENS = 200;
const LEFT_OUT = '[left out: the results of tools have reached the most that they may take together]';

function failed(text: string): ToldResult {
  return { text, isError: true };
}

function noSuchTool({ name }: ToolUse, known: readonly string[]): ToldResult {
  const nearest = nearestName(name, known);
  return failed(
    nearest === null
      ? `There is no tool "${name}". There are: ${known.join(', ') || 'none to call'}.`
      : `There is no tool "${name}". Did you mean "${nearest}"?`,
  );
}

function inputProblem(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return 'Not made: the input of a call must be a JSON object.';
  return BROKEN_INPUT in input ? 'Not made: the input of the call was no valid JSON.' : null;
}

/** Gives the results what is left of the tokens, in their order. */
class Ration {
  #left: number;

  constructor(tokens: number) {
    this.#left = tokens;
  }

  of({ text, isError }: ToldResult): ToldResult {
    const needed = tokensIn(text);
    if (needed > this.#left && this.#left < FEWEST_TOKENS) return { text: LEFT_OUT, isError };
    const kept = needed > this.#left ? (fitToTokens([{ text, rank: 0 }], this.#left)[0]?.text ?? '') : text;
    this.#left -= tokensIn(kept);
    return { text: kept, isError };
  }
}

/** Asks with these tools. Each answer takes as many journaled calls as it has turns: `<step>.turn-1`, `<step>.turn-2`, … */
export function askingWith({ offered, calls, before, mostTokens, onUse }: ToolLoopOptions): Ask {
  const own = new Map(offered.own.map((tool) => [wireName(tool.name), tool]));

  async function offer(step: string): Promise<LlmTool[]> {
    if (own.size === 0) return [...offered.web];
    const definitions = await calls.offer(step, [...own.values()], ({ name }) => wireName(name));
    return [...definitions.map((tool) => ({ kind: 'own' as const, ...tool })), ...offered.web];
  }

  /** What is told of calls that this conversation does not hold: those before a revision, and those before a repair. */
  function withCallsMade(
    messages: readonly LlmMessage[],
    step: string,
    attempt: number,
  ): readonly LlmMessage[] {
    const ofThisStep = calls.lasting.filter((call) => attempt > 1 && call.step.startsWith(`${step}.`));
    const made = [...before, ...ofThisStep].map((call) => ({ ...call, tool: wireName(call.tool) }));
    const last = messages.at(-1);
    if (made.length === 0 || last === undefined) return messages;
    return [...messages.slice(0, -1), { ...last, text: last.text + callsMade(made) }];
  }

  function resultOf(
    use: ToolUse,
    tool: Tool | undefined,
    step: string,
    position: number,
  ): Promise<ToldResult> {
    if (position >= MOST_CALLS)
      return Promise.resolve(failed(`Not made: at most ${MOST_CALLS} calls can be made in one turn.`));
    if (!tool) return Promise.resolve(noSuchTool(use, [...own.keys()]));
    const problem = inputProblem(use.input);
    if (problem !== null) return Promise.resolve(failed(problem));
    return calls.make(tool, step, `${position}.${use.id}`, use.input);
  }

  return async (asked) => {
    const { step, attempt } = asked.options;
    const ration = new Ration(mostTokens);
    const tools = await offer(step);
    const opening = {
      ...asked.request,
      system: withToolRules(asked.request.system),
      messages: withCallsMade(asked.request.messages, step, attempt),
      tools,
    };
    const turns: LlmMessage[] = [];
    for (let turn = 1; turn <= MOST_TURNS; turn += 1) {
      const turnStep = `${step}.turn-${turn}`;
      const isLast = turn === MOST_TURNS;
      const request = {
        ...opening,
        messages: [...opening.messages, ...turns],
        ...(isLast && { toolChoice: 'none' as const }),
      };
      const options = { ...asked.options, step: turnStep };
      const answer = await continuedCall({ ...asked, request, options });
      const uses = toolUsesOf(answer.last);
      if (uses.length === 0) return answer;
      // Nobody would read what they give.
      if (isLast) break;
      onUse([...new Set(uses.flatMap(({ name }) => own.get(name)?.name ?? []))]);
      const results = await sideBySide(uses, AT_ONCE, (use, position) =>
        resultOf(use, own.get(use.name), `${turnStep}.${attempt}`, position),
      );
      const told = results.map((result) => ration.of(result));
      const note = turn === MOST_TURNS - 1 ? LAST_TURN_NOTE : null;
      turns.push(...answer.turns, resultsTurn(uses, told, note));
    }
    throw new TaskFailure(
      `The model gave no result within ${MOST_TURNS} turns, the most in which it may use tools.`,
    );
  };
}
