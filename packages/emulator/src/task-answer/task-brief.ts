import { digest, type Digest } from '../answer/markdown-digest.ts';
import type { TaskInput, TaskPrompt } from '../answer/prompt.ts';
import { readGoal, type GoalFacts } from '../goal/goal-facts.ts';
import { coverage, keywords, keywordShare, shorten } from '../goal/wording.ts';
import { sourceFor } from './source-kinds.ts';

export interface DigestedInput extends TaskInput {
  readonly digest: Digest;
  readonly keywords: ReadonlySet<string>;
}

/** Everything a simulated worker knows: the goal's own facts, its task, and what its dependencies said. */
export interface TaskBrief {
  readonly prompt: TaskPrompt;
  readonly facts: GoalFacts;
  readonly inputs: readonly DigestedInput[];
  /** The task's description, or the item that it is done for, in one line and without its final stop. */
  readonly title: string;
}

/** How well an input settles a requirement, and where it says so. */
export interface Evidence {
  readonly confidence: 'high' | 'medium' | 'low';
  /** False when a source beyond the inputs has to be consulted. */
  readonly isSettled: boolean;
  readonly says: string;
}

const SETTLED = 0.5;

export function briefOf(prompt: TaskPrompt): TaskBrief {
  return {
    prompt,
    facts: readGoal(prompt.goal),
    inputs: prompt.dependencies.map((input) =>
      Object.assign({ digest: digest(input.output), keywords: keywords(input.output) }, input),
    ),
    title: shorten(prompt.item?.text ?? prompt.description, 120).replace(/[.\s]+$/, ''),
  };
}

/** What the inputs say on one requirement. Nothing here is known beyond the inputs. */
export function evidenceFor(requirement: string, brief: TaskBrief): Evidence {
  const { goal, context } = brief.prompt;
  const wanted = keywords(requirement);
  const best = brief.inputs
    .map((input) => ({ input, share: keywordShare(wanted, input.keywords) }))
    .reduce<{ task: string; share: number }>(
      (top, { input, share }) => (share >= top.share ? { task: input.task, share } : top),
      { task: '', share: SETTLED },
    );
  if (best.task !== '') {
    return { confidence: 'medium', isSettled: true, says: `[${best.task}] speaks of it` };
  }
  if (context !== '' && coverage(requirement, context) >= SETTLED) {
    return { confidence: 'high', isSettled: true, says: 'the context given with the goal speaks of it' };
  }
  const isNamed = coverage(requirement, goal) >= SETTLED;
  const source = `look for it in ${sourceFor(requirement)}`;
  return isNamed
    ? { confidence: 'medium', isSettled: false, says: `named by the goal and left open; ${source}` }
    : { confidence: 'low', isSettled: false, says: `open; ${source}` };
}

/** The keywords of the inputs and of these texts together. */
export function material(brief: TaskBrief, ...texts: readonly string[]): ReadonlySet<string> {
  const all = keywords(texts.join('\n'));
  for (const input of brief.inputs) for (const word of input.keywords) all.add(word);
  return all;
}

/** A quote of every dependency, by task id. */
export function quotes(brief: TaskBrief): string[] {
  return brief.inputs.map((input) => {
    const state = input.status === 'succeeded' ? '' : ` (${input.status})`;
    return `> [${input.task}]${state} ${input.digest.keySentence}`;
  });
}

/** A heading and its lines, or nothing when there are no lines. */
export function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `### ${heading}`, '', ...lines];
}
