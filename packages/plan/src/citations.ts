import { proseOf } from './markdown-prose.ts';

/** A task that an answer names as the source of what it says. */
export interface Citation {
  readonly taskId: string;
  /** What the task was to do. */
  readonly description: string;
}

/** Brackets that are no image and no link, and hold nothing in brackets themselves. */
const BRACKETS = /(?<![\\!])\[([^[\]\n]+)\](?!\()/g;
/** `[name]: https://…`, alone at the start of a line, says where a link leads. */
const LINK_TARGET = /^:[ \t]*<?(?:[A-Za-z][A-Za-z+.-]*:|[/#])/;

interface Found {
  readonly start: number;
  readonly end: number;
  readonly names: readonly string[];
}

/** Every pair of brackets outside code and links that holds a known id: `[market]`, `[market, pricing]`. */
function found(output: string, known: ReadonlySet<string>): Found[] {
  const prose = proseOf(output);
  return [...prose.matchAll(BRACKETS)].flatMap(({ index, 0: { length }, 1: inside = '' }) => {
    const names = inside.split(/[,;]/).map((name) => name.trim());
    if (!names.some((name) => known.has(name))) return [];
    const start = index;
    const end = index + length;
    const isFirst = prose.slice(prose.lastIndexOf('\n', start) + 1, start).trim() === '';
    if (isFirst && LINK_TARGET.test(prose.slice(end, end + 40))) return [];
    return [{ start, end, names }];
  });
}

/** The tasks that the answer cites, each once, in the order of their first mention. */
export function citationsIn(
  output: string,
  tasks: readonly { readonly id: string; readonly description: string }[],
): Citation[] {
  const descriptions = new Map(tasks.map(({ id, description }) => [id, description]));
  const cited = new Set(found(output, new Set(descriptions.keys())).flatMap(({ names }) => names));
  return [...cited].flatMap((taskId) => {
    const description = descriptions.get(taskId);
    return description === undefined ? [] : [{ taskId, description }];
  });
}

/** The answer without its references to these tasks, for readers who know other tasks. */
export function withoutCitations(output: string, taskIds: readonly string[]): string {
  const known = new Set(taskIds);
  let text = output;
  // What is left of nested brackets may be a reference again.
  for (let cited = found(text, known); cited.length > 0; cited = found(text, known))
    text = cutOut(text, cited, known);
  return text;
}

function cutOut(text: string, cited: readonly Found[], known: ReadonlySet<string>): string {
  let kept = '';
  let from = 0;
  for (const { start, end, names } of cited) {
    const others = names.filter((name) => !known.has(name) && name !== '');
    const before = text.slice(from, start);
    kept += others.length > 0 ? `${before}[${others.join(', ')}]` : before.replace(/[ \t]+$/, '');
    from = end;
  }
  return kept + text.slice(from);
}
