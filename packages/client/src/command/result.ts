import type { Goal } from '../contract/goal.ts';
import { harmless } from '../tree/text-width.ts';
import type { TextOutput } from '../view/text-output.ts';

/** Text of a model: untouched for a file or a program, harmless for a terminal. */
export function writeText(output: TextOutput, text: string): void {
  const shown = output.isTerminal ? harmless(text) : text;
  output.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}

/** One JSON document. */
export function writeJson(output: TextOutput, value: object): void {
  output.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function writeLines(output: TextOutput, lines: readonly string[]): void {
  for (const line of lines) output.write(`${line}\n`);
}

/** A goal that something was done to: its id and status in a line. */
export function writeGoalStatus(output: TextOutput, goal: Goal, asJson: boolean): void {
  if (asJson) writeJson(output, goal);
  else output.write(`${goal.id} ${goal.status}\n`);
}
