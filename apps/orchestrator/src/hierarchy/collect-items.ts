import type { OutcomeStatus } from '@baton/shared/contract/task-outcome';
import type { TaskItem } from '@baton/plan/prompts/task-prompt';
import { isUsable } from '@baton/plan/task-readiness';

/** What became of one item of a list. */
export interface ItemResult {
  readonly task: { readonly id: string; readonly item?: TaskItem };
  readonly outcome: { readonly status: OutcomeStatus; readonly output: string | null } | null;
}

export interface Collection {
  /** In Markdown: a section per item that gave something, in the list's order. */
  readonly output: string;
  /** The outputs alone, in the same order. */
  readonly list: readonly string[];
}

/** Characters of an item in a heading. */
const MOST_OF_ITEM = 80;

function headingOf({ id, item }: ItemResult['task']): string {
  if (!item) return `## ${id}`;
  const text = item.text.replaceAll(/\s+/g, ' ').trim();
  const shown = text.length <= MOST_OF_ITEM ? text : `${text.slice(0, MOST_OF_ITEM - 1).trimEnd()}…`;
  return `## ${item.number}. ${shown}`;
}

/** Puts the results of a list's items together without a model. Items without a usable result are left out: the goal lists them as missing. */
export function collectItems(results: readonly ItemResult[]): Collection {
  const usable = results.flatMap(({ task, outcome }) =>
    outcome?.output != null && isUsable(outcome.status)
      ? [{ heading: headingOf(task), output: outcome.output }]
      : [],
  );
  return {
    output: usable.map(({ heading, output }) => `${heading}\n\n${output.trim()}`).join('\n\n'),
    list: usable.map(({ output }) => output),
  };
}
