import { TOOL_MARK } from '../tools/tool-marks.ts';
import { cut } from './wording.ts';

/**
 * Words in square brackets that make a simulated role behave in a way that is to be seen. Wherever the goal or a task's
 * description holds one, it holds for that goal or task. `X` is a task id, a worker type or `answer`:
 *
 * - `[first draft fails review]`, `[first 2 drafts fail review]`, `[no draft passes review]`: judges; with `of X` after
 *   "draft" or "drafts" for X alone.
 * - `[judge 2 fails everything]`: that judge alone.
 * - `[X refuses]`: the model refuses the work of X, which so fails for good.
 * - `[replanning does not help]`, `[failed tasks are dropped]`: the replanner.
 * - `[nothing can be left out]`: the assessor of an early finish.
 */
const MARK =
  /\[(?:(?:first|no) (?:\w+ )?drafts?\b[^[\]]{0,80} review|judge \d+ fails everything|[\w-]{1,64} refuses|replanning does not help|failed tasks are dropped|nothing can be left out)\]/gi;
const DRAFTS =
  /^\[(?:first (?:(?<count>\w+) )?|(?<none>no) )drafts?(?: of (?:the )?(?<whose>[\w-]+))? (?:fails?|pass(?:es)?) review\]$/i;
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five'];
const MAX_READ = 32_768;

/** What is judged, or what works: the names by which a mark may mean it. */
export type MarkTarget = readonly string[];

export function marksIn(text: string): string[] {
  return (cut(text, MAX_READ).match(MARK) ?? []).map((mark) => mark.toLowerCase());
}

export function hasMark(text: string, mark: string): boolean {
  return marksIn(text).includes(mark);
}

/** A text as it would read without marks. */
export function withoutMarks(text: string): string {
  if (marksIn(text).length === 0 && text.search(TOOL_MARK) === -1) return text;
  return text
    .replaceAll(MARK, '')
    .replaceAll(TOOL_MARK, '')
    .replaceAll(/[ \t]{2,}/g, ' ')
    .replaceAll(/ +(?=[.,;:!?\n]|$)/g, '')
    .trim();
}

/** How many drafts of a target must fail; Infinity when none may pass. */
export function draftsToFail(text: string, target: MarkTarget): number {
  const counts = marksIn(text).map((mark) => {
    const groups = DRAFTS.exec(mark)?.groups;
    const whose = groups?.['whose'];
    if (groups === undefined || (whose !== undefined && !isMeant(whose, target))) return 0;
    return groups['none'] === undefined ? numberOf(groups['count'] ?? 'one') : Infinity;
  });
  return Math.max(0, ...counts);
}

export function refuses(text: string, target: MarkTarget): boolean {
  return marksIn(text).some((mark) =>
    isMeant(/^\[(?<who>[\w-]+) refuses\]$/.exec(mark)?.groups?.['who'], target),
  );
}

function isMeant(name: string | undefined, target: MarkTarget): boolean {
  return target.some((known) => known.toLowerCase() === name);
}

function numberOf(text: string): number {
  const word = NUMBERS.indexOf(text);
  const number = word === -1 ? Number(text) : word;
  return Number.isInteger(number) && number >= 1 ? number : 1;
}
