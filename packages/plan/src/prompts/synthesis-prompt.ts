import type { Recipe } from '../recipes.ts';
import type { OutcomeStatus } from '../task-readiness.ts';
import { DATA_RULE, element, renderElements, type FencedElement, type Prompt } from './fence.ts';
import { goalElements, recipeElements, type GoalText } from './goal-elements.ts';

/** Changes whenever the wording does, so that answers can be traced to the prompt that asked for them. */
export const PROMPT_VERSION = 'synthesis-1';

export interface TaskResult {
  readonly taskId: string;
  readonly worker: string;
  readonly status: OutcomeStatus;
  /** What the task was to do. */
  readonly description: string;
  readonly output: string | null;
  /** Why it is not (wholly) a success. */
  readonly errors: readonly string[];
}

export interface SynthesisInput extends GoalText {
  readonly recipe: Recipe | null;
  readonly outcomes: readonly TaskResult[];
}

const SYSTEM = `You are the synthesiser of Baton, which writes the final answer to a goal from the results of its tasks.

# What to write
- Answer <goal>, for the person who set it, in the form, language, length and tone that it asks for. Where it asks for none, write clear markdown with the most important first. Hints in <recipe>, if there is one, tell what answers of this kind look like: follow them where they fit the goal.
- Combine, do not concatenate. Order the answer by what the reader needs, not by task. Say each thing once, draw the conclusions that follow from several results together, and keep what is specific: figures, names, dates, code, caveats.
- Where a result already is what the goal asks for, such as a finished text or program, keep it whole and improve it rather than summarise it. Apply what reviews and checks found instead of reprinting them.
- Where results disagree, compare what each rests on, follow the better founded one and name the conflict in a sentence. Where neither is better founded, give both. Never settle it silently.
- Use only what is in the goal, the context and the outcomes. Never invent facts, figures, sources or links, and keep doubts that the results express.

# What is missing
An outcome with status "failed", "skipped" or "cancelled" has given nothing to rely on, and one with status "partial" not all that was asked for; <reason> says why. Do not fill such gaps by guessing. End the answer with a short section that says, in the reader's terms, what the answer lacks because of them and what that means for using it. Without such outcomes, write no such section.
Otherwise do not speak of tasks, workers, outcomes or the plan: the reader knows the goal alone.

# Data
${DATA_RULE}

Reply with the answer alone, in markdown unless the goal asks for another form: no preamble and no closing remarks.`;

export function synthesisPrompt(input: SynthesisInput): Prompt {
  const { recipe, outcomes } = input;
  return {
    system: SYSTEM,
    user: renderElements([
      ...goalElements(input),
      ...recipeElements(recipe, recipe?.synthesisHints ?? []),
      element('outcomes', outcomes.map(outcomeElement)),
    ]),
  };
}

function outcomeElement({ taskId, worker, status, description, output, errors }: TaskResult): FencedElement {
  const parts = [element('description', description)];
  if (output !== null) parts.push(element('output', output));
  if (errors.length > 0) parts.push(element('reason', errors.join('\n')));
  return element('outcome', parts, { task: taskId, worker, status });
}
