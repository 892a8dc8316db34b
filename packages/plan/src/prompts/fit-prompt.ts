import { fitToTokens, tokensIn, type FittedText, type RankedText } from '../context-window.ts';
import type { FencedElement, Prompt } from './fence.ts';

/** A text of a prompt that was too long to be told whole. */
export interface Trimmed {
  readonly part: 'context' | 'dependency' | 'previous_result' | 'result';
  /** The task whose output it is, or null. */
  readonly taskId: string | null;
  /** Characters that were told, of those that there are. */
  readonly kept: number;
  readonly of: number;
}

export interface FittedPrompt extends Prompt {
  readonly trimmed: readonly Trimmed[];
}

/** A prompt that begins as others do. */
export interface SharingPrompt extends FittedPrompt {
  /** How `user` begins in all of them, or null when it is this one's alone. */
  readonly shared: string | null;
}

export type Trimmable = RankedText & Pick<Trimmed, 'part' | 'taskId'>;

/**
 * A prompt of at most `tokens`, estimated: what is left beside the texts is shared out among them. Without a limit they are
 * told whole.
 */
export function fitPrompt(
  texts: readonly Trimmable[],
  tokens: number | null,
  render: (texts: readonly FittedText[]) => Prompt,
): FittedPrompt {
  const fitted =
    tokens === null ? texts.map(whole) : fitToTokens(texts, tokens - tokensBeside(texts, render));
  const trimmed = texts.flatMap(({ part, taskId }, index) => {
    const { kept = 0, of = 0 } = fitted[index] ?? {};
    return kept < of ? [{ part, taskId, kept, of }] : [];
  });
  return { ...render(fitted), trimmed };
}

/** Says in an element's attributes when its text is not whole. */
export function fittedElement(
  name: string,
  { text, kept, of }: FittedText,
  attributes: FencedElement['attributes'] = {},
): FencedElement {
  return { name, attributes: kept < of ? { ...attributes, kept, of } : attributes, content: text };
}

export function whole({ text }: Pick<RankedText, 'text'>): FittedText {
  return { text, kept: text.length, of: text.length };
}

/** Counted as if every text had been cut, so that saying so fits too. */
function tokensBeside(
  texts: readonly RankedText[],
  render: (texts: readonly FittedText[]) => Prompt,
): number {
  const { system, user } = render(texts.map(({ text }) => ({ text: '', kept: 0, of: text.length })));
  return tokensIn(system) + tokensIn(user);
}
