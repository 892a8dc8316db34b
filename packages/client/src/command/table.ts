import { fitToWidth, oneLine, padToWidth, textWidth } from '../tree/text-width.ts';

/** What begins with blanks keeps them: they are a tree's indentation. */
function cellText(given: string): string {
  const [indentation = ''] = /^ */.exec(given) ?? [];
  return indentation + oneLine(given);
}

/** Lines of columns, as wide as their widest cell; the last one is cut where the line would be wider than `width`. */
export function tableLines(rows: readonly (readonly string[])[], width: number): string[] {
  const cells = rows.map((row) => row.map(cellText));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
    }
  }
  return cells.map((row) => {
    const padded = row.map((cell, column) => padToWidth(cell, widths[column] ?? textWidth(cell)));
    return fitToWidth(padded.join('  ').trimEnd(), width);
  });
}
