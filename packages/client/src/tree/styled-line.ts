import { cutToWidth, textWidth } from './text-width.ts';

export type Style = 'plain' | 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** One line of the screen, before it meets a width. */
export type StyledLine = readonly Span[];

const sgr: Readonly<Record<Exclude<Style, 'plain'>, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
};

export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}

/** The line in at most `width` columns, with `…` where its end was left out. */
export function paint(line: StyledLine, { width, color }: { width: number; color: boolean }): string {
  const fits = line.reduce((total, { text }) => total + textWidth(text), 0) <= width;
  let room = fits ? width : width - 1;
  const painted: string[] = [];
  for (const { text, style } of line) {
    const shown = cutToWidth(text, room);
    room -= textWidth(shown);
    painted.push(
      !color || style === 'plain' || shown === '' ? shown : `\u001b[${sgr[style]}m${shown}\u001b[0m`,
    );
    if (shown !== text) break;
  }
  if (!fits && width > 0) painted.push('…');
  return painted.join('').trimEnd();
}
