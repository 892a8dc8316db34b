import { shorten } from '../goal/wording.ts';
import { withoutSimulatedLine } from './simulated.ts';

/** A heading and what stands under it, up to the next heading of any level. */
export interface Section {
  readonly heading: string;
  readonly body: string;
}

/** The parts of a markdown text that are worth quoting. */
export interface Digest {
  /** The first sentence of the first paragraph; failing that the first bullet or line. */
  readonly keySentence: string;
  readonly bullets: readonly string[];
  readonly tables: readonly string[];
  readonly codeBlocks: readonly string[];
  readonly sections: readonly Section[];
}

const MAX_SENTENCE = 240;
const CODE_BLOCK = /^```.*\n[\s\S]*?^```[ \t]*$/gm;

export function digest(markdown: string): Digest {
  const text = withoutSimulatedLine(markdown);
  const codeBlocks = text.match(CODE_BLOCK) ?? [];
  const lines = text.replaceAll(CODE_BLOCK, '').split('\n');
  const bullets = lines.flatMap(
    (line) => /^\s*(?:[-*]|\d+\.)\s+(?<item>.+)$/.exec(line)?.groups?.['item'] ?? [],
  );
  const paragraph = lines.find(
    (line) => /^[\p{L}\d"'“(*_[]/u.test(line.trim()) && !/^\s*(?:[-*]|\d+\.)\s/.test(line),
  );
  const anyLine = lines.find((line) => /[\p{L}\d]/u.test(line)) ?? '';
  return {
    keySentence: firstSentence(paragraph ?? bullets[0] ?? anyLine.replace(/^[#>|\s]+/, '')),
    bullets,
    tables: tablesIn(lines),
    codeBlocks,
    sections: sectionsIn(lines),
  };
}

export function firstSentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const sentence = /^.{8,}?[.!?](?=\s|$)/u.exec(line)?.[0] ?? line;
  return shorten(sentence, MAX_SENTENCE);
}

function tablesIn(lines: readonly string[]): string[] {
  const tables: string[][] = [];
  let isInside = false;
  for (const line of lines) {
    const isRow = line.trimStart().startsWith('|');
    if (isRow && isInside) tables.at(-1)?.push(line.trim());
    else if (isRow) tables.push([line.trim()]);
    isInside = isRow;
  }
  return tables.filter((rows) => rows.length >= 3).map((rows) => rows.join('\n'));
}

function sectionsIn(lines: readonly string[]): Section[] {
  const sections: Array<{ heading: string; body: string[] }> = [];
  for (const line of lines) {
    const heading = /^#{1,6}\s+(?<heading>.+)$/.exec(line)?.groups?.['heading'];
    if (heading !== undefined) sections.push({ heading: heading.trim(), body: [] });
    else sections.at(-1)?.body.push(line);
  }
  return sections.map(({ heading, body }) => ({ heading, body: body.join('\n').trim() }));
}
