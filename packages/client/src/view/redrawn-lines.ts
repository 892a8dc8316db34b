import { stripVTControlCharacters } from 'node:util';
import { textWidth } from '../tree/text-width.ts';
import type { TextOutput } from './text-output.ts';

const ERASE_LINE_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

export interface RedrawnLines {
  /** Draws the lines in place of the ones before, if they differ or the terminal's size does. */
  draw(lines: readonly string[]): void;
  /** Leaves the last lines standing and shows the cursor again. May be called twice. */
  close(): void;
}

/** Lines at the end of a terminal that are drawn over themselves. Hides the cursor until closed. */
export function openRedrawnLines(output: TextOutput): RedrawnLines {
  let drawn: readonly string[] = [];
  let drawnWidth = output.columns;
  let isOpen = true;
  output.write(HIDE_CURSOR);
  return {
    draw(lines) {
      const isSame = drawnWidth === output.columns && lines.join('\n') === drawn.join('\n');
      if (!isOpen || isSame) return;
      const up = rowsOf(drawn, output.columns);
      const toStart = up > 0 ? `\r\u001b[${up}A` : '\r';
      const text = lines.map((line) => `${line}${ERASE_LINE_END}\n`).join('');
      output.write(`${toStart}${text}${ERASE_BELOW}`);
      drawn = lines;
      drawnWidth = output.columns;
    },
    close() {
      if (isOpen) output.write(SHOW_CURSOR);
      isOpen = false;
    },
  };
}

/** Rows that lines take on a terminal, which breaks what it finds too wide after it was made narrower. */
function rowsOf(lines: readonly string[], columns: number): number {
  const rows = lines.map((line) =>
    Math.ceil(textWidth(stripVTControlCharacters(line)) / Math.max(1, columns)),
  );
  return rows.reduce((total, count) => total + Math.max(1, count), 0);
}
