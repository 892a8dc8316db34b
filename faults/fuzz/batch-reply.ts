import { faultOfProblem } from './problem-document.ts';

/** One goal of a batch, as it is answered. */
export interface BatchItem {
  readonly index?: unknown;
  readonly status?: unknown;
  readonly goal?: unknown;
  readonly problem?: unknown;
}

export function itemsOf(text: string): BatchItem[] {
  const { items } = JSON.parse(text) as { items?: unknown };
  return Array.isArray(items) ? (items as BatchItem[]) : [];
}

function faultOfItem(
  { index, status, goal, problem }: BatchItem,
  place: number,
  isLawful: boolean,
): string | null {
  const shown = `goal ${place} of the batch`;
  if (index !== place) return `${shown} has the index ${JSON.stringify(index)}`;
  const isTaken = status === 202 || status === 200;
  if (isTaken !== isLawful) return `${shown} was answered ${JSON.stringify(status)}`;
  if (isTaken) return problem === null && goal !== null ? null : `${shown} is not as one that was taken`;
  if (goal !== null || typeof problem !== 'object' || problem === null || typeof status !== 'number')
    return `${shown} is not as one that was refused`;
  if (status >= 500) return `${shown} was answered ${status}`;
  return faultOfProblem(problem, status);
}

/** What is wrong with the answer to a batch, or null. */
export function faultOfBatch(text: string, lawful: readonly boolean[] | 'none'): string | null {
  const items = itemsOf(text);
  if (lawful !== 'none' && items.length !== lawful.length)
    return `a batch of ${lawful.length} goals has ${items.length} answers`;
  if (items.length === 0) return 'a batch has no answers';
  for (const [place, item] of items.entries()) {
    const fault = faultOfItem(item, place, lawful !== 'none' && (lawful[place] ?? false));
    if (fault !== null) return fault;
  }
  return null;
}
