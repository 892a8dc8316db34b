/** Items that a task may be done for. */
export const MOST_ITEMS = 100;
/** Characters of one item. */
const MOST_CHARACTERS = 32_768;

export type ListOutput =
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** `reason` goes on from "it". */
  | { readonly kind: 'none'; readonly reason: string };

function none(reason: string): ListOutput {
  return { kind: 'none', reason };
}

function checked(items: readonly string[]): ListOutput {
  const texts = items.map((item) => item.trim()).filter((item) => item !== '');
  if (texts.length === 0) return none('is an empty list');
  if (texts.length > MOST_ITEMS) return none(`has ${texts.length} items, and may have ${MOST_ITEMS}`);
  const long = texts.findIndex((text) => text.length > MOST_CHARACTERS);
  if (long >= 0) return none(`has an item of more than ${MOST_CHARACTERS} characters: number ${long + 1}`);
  return { kind: 'list', items: texts };
}

/** An item as text: a text as it is, a number or truth value as it is written, anything else as JSON. */
function textOf(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}

function listIn(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'object' || value === null) return null;
  const { items } = value as { items?: unknown };
  if (Array.isArray(items)) return items as unknown[];
  const lists = Object.values(value).filter((field) => Array.isArray(field));
  return lists.length === 1 ? (lists[0] as unknown[]) : null;
}

/** JSON alone, or the one fenced block of a text. */
function jsonIn(output: string): unknown {
  const fences = [...output.matchAll(/^[ \t]*```(?:json)?[ \t]*\n([\s\S]*?)\n[ \t]*```[ \t]*$/gim)];
  const texts = fences.length === 1 ? [output, fences[0]?.[1] ?? ''] : [output];
  for (const text of texts) {
    try {
      return JSON.parse(text);
    } catch {
      // It is not JSON: the next one, or a list in Markdown.
    }
  }
  return undefined;
}

const MARK = /^( {0,3})(?:[-*+]|\d{1,9}[.)])[ \t]+(.*)$/;
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,})$/;

/** The outermost list items of a Markdown text, each with what stands indented below it. */
function markdownItems(output: string): string[] {
  const items: string[] = [];
  let isInside = false;
  let margin = Infinity;
  for (const line of output.split(/\r?\n/)) {
    const mark = RULE.test(line) ? null : MARK.exec(line);
    const indent = mark?.[1]?.length ?? Infinity;
    if (mark && (!isInside || indent <= margin + 1)) {
      items.push(mark[2] ?? '');
      isInside = true;
      margin = Math.min(margin, indent);
    } else if (isInside && /^[ \t]+\S/.test(line)) {
      items.push(`${items.pop() ?? ''}\n${line.trim()}`);
    } else if (line.trim() !== '') isInside = false;
  }
  return items;
}

/**
 * The items of a task's output: of a JSON list, of an object's field `items` or only list, or of a list in Markdown, bulleted or
 * numbered; where its metadata hold a `list` of texts, of that. Takes any text and never throws.
 */
export function listOutput(output: string, metadata: Readonly<Record<string, unknown>> = {}): ListOutput {
  const { list } = metadata;
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return checked(list);
  const json = jsonIn(output);
  const found = listIn(json);
  if (found) return checked(found.filter((item) => item !== null).map(textOf));
  if (typeof json === 'object' && json !== null) return none('is an object without one field that is a list');
  const items = markdownItems(output);
  return items.length > 0 ? checked(items) : none('is no list: neither a JSON list nor one in Markdown');
}
