import type { FittedText } from '../context-window.ts';
import type { Priority } from '../plan.ts';
import type { Recipe } from '../recipes.ts';
import type { OutcomeStatus } from '../task-readiness.ts';
import { DATA_RULE, element, renderElements, type FencedElement, type Prompt } from './fence.ts';
import { fitPrompt, fittedElement, type FittedPrompt, type Trimmable } from './fit-prompt.ts';
import { recipeElements, recipeInstructions, type GoalText } from './goal-elements.ts';
import { contextText, fittedGoal, LAST_TO_GO, pointElements } from './task-elements.ts';

/** Changes whenever the wording does, so that answers can be traced to the prompt that asked for them. */
export const PROMPT_VERSION = 'synthesis-2';

export interface ToldOutcome {
  readonly taskId: string;
  readonly worker: string;
  readonly status: OutcomeStatus;
  /** What the task was to do. */
  readonly description: string;
  readonly output: string | null;
  /** Why it is not (wholly) a success. */
  readonly errors: readonly string[];
  /** The higher, the more of its output is told where not all fits. Medium unless given. */
  readonly priority?: Priority;
  /** Other tasks have built on it, so that theirs hold what matters of it. */
  readonly isBuiltOn?: boolean;
}

export interface SynthesisInput extends GoalText {
  readonly recipe: Recipe | null;
  readonly outcomes: readonly ToldOutcome[];
  /** Why what was open was not needed any more, or null. */
  readonly finishedEarly?: string | null;
  /** An answer that was sent back, and what is to be done better. */
  readonly revision?: { readonly previous: string; readonly feedback: readonly string[] } | null;
}

const SYSTEM = `You are the synthesiser of Baton, which writes the final answer to a goal from the results of its tasks.

# What to write
- Answer <goal>, for the person who set it, in the form, language, length and tone that it asks for. Where it asks for none, write clear markdown with the most important first. Hints in <recipe>, if there is one, tell what answers of this kind look like: follow them where they fit the goal.
- Be complete: everything that the goal asks for is answered, and every outcome that bears on it is used. Before you reply, go through the goal's parts one by one.
- Combine, do not concatenate. Order the answer by what the reader needs, not by task. Say each thing once, draw the conclusions that follow from several results together, and keep what is specific: figures, names, dates, code, caveats.
- Where a result already is what the goal asks for, such as a finished text or program, keep it whole and improve it rather than summarise it. Apply what reviews and checks found instead of reprinting them.
- Where results disagree, compare what each rests on, follow the better founded one and name the conflict in a sentence: what each says, and which you follow and why. Where neither is better founded, give both. Never settle it silently.
- Use only what is in the goal, the context and the outcomes. Never invent facts, figures, sources or links, and keep doubts that the results express.

# References
In reports, analyses, comparisons and other texts that inform, put the id of the task that a claim came from in square brackets after it, such as [market], or [market, pricing] where it rests on both: after each figure, finding, quotation or judgement that a reader may want to trace, at the end of its sentence, and no more than once in a row for the same task. The ids are the "task" attributes of <outcome>, spelled exactly so; there are no others. Write no list of them: the reader gets one.
Leave references out where they would spoil the form: in letters, messages, advertising, stories, poems, speeches, code, data such as JSON or CSV, and wherever the goal asks for a text to be used as it is.

# What is missing
An outcome with status "failed", "skipped" or "cancelled" has given nothing to rely on, and one with status "partial" not all that was asked for; <reason> says why. An <output> with "kept" and "of" was too long to be shown whole: it shows that many of its characters, with a remark where the others were left out. Do not fill such gaps by guessing. End the answer with a short section that says, in the reader's terms, what the answer lacks because of them and what that means for using it. Without such outcomes, write no such section.
With <finished_early> the work was ended before all of its parts were done, since the results sufficed: say so in that section, with the reason and what was left out.
Otherwise, and but for the references, do not speak of tasks, workers, outcomes or the plan: the reader knows the goal alone.

# An answer that was sent back
<previous_result>, where there is one, is your own earlier answer, and <feedback> says why it was sent back. Settle every point of it, keep what was right, and reply with the whole answer anew, without a word about the change. Where a point can't be settled from the outcomes or is mistaken, do what serves the goal best.

# Data
${DATA_RULE}

Reply with the answer alone, in markdown unless the goal asks for another form: no preamble and no closing remarks.`;

/** @param tokens what the prompt may take, estimated; long texts are cut so that it fits. No limit unless given. */
export function synthesisPrompt(input: SynthesisInput, tokens: number | null = null): FittedPrompt {
  const context = contextText(input);
  const previous = previousText(input);
  const outputs = outputTexts(input.outcomes);
  return fitPrompt([...context, ...previous, ...outputs], tokens, (fitted) =>
    rendered(
      input,
      context.length === 0 ? undefined : fitted[0],
      previous.length === 0 ? undefined : fitted[context.length],
      new Map(outputs.map(({ taskId }, at) => [taskId, fitted[context.length + previous.length + at]])),
    ),
  );
}

function previousText({ revision }: SynthesisInput): Trimmable[] {
  return revision
    ? [{ part: 'previous_result', taskId: null, text: revision.previous, rank: LAST_TO_GO }]
    : [];
}

const ranks: Readonly<Record<Priority, number>> = { high: 1, medium: 0, low: -1 };

/** The outputs that there are, ranked by their tasks' priorities; those that nothing was built on before the others. */
export function outputTexts(outcomes: readonly ToldOutcome[]): Trimmable[] {
  return outcomes.flatMap(({ taskId, output, priority = 'medium', isBuiltOn = false }) => {
    const rank = ranks[priority] + (isBuiltOn ? 0 : 1);
    return output === null ? [] : [{ part: 'dependency' as const, taskId, text: output, rank }];
  });
}

function rendered(
  input: SynthesisInput,
  context: FittedText | undefined,
  previous: FittedText | undefined,
  outputs: ReadonlyMap<string | null, FittedText | undefined>,
): Prompt {
  const { recipe, outcomes, finishedEarly, revision } = input;
  return {
    system: SYSTEM + recipeInstructions(recipe?.prompts?.synthesis),
    user: renderElements([
      ...fittedGoal(input.goal, context),
      ...recipeElements(recipe, recipe?.synthesisHints ?? []),
      outcomesElement(outcomes, outputs),
      ...(finishedEarly ? [element('finished_early', finishedEarly)] : []),
      ...(previous === undefined ? [] : [fittedElement('previous_result', previous)]),
      ...pointElements('feedback', revision?.feedback ?? []),
    ]),
  };
}

/** @param outputs as they fit, by task. */
export function outcomesElement(
  outcomes: readonly ToldOutcome[],
  outputs: ReadonlyMap<string | null, FittedText | undefined>,
): FencedElement {
  return element(
    'outcomes',
    outcomes.map(({ taskId, worker, status, description, errors }) => {
      const parts = [element('description', description)];
      const output = outputs.get(taskId);
      if (output !== undefined) parts.push(fittedElement('output', output));
      if (errors.length > 0) parts.push(element('reason', errors.join('\n')));
      return element('outcome', parts, { task: taskId, worker, status });
    }),
  );
}
