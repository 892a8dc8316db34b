import type { TextOutput } from '../view/text-output.ts';

export interface FakeOutput extends TextOutput {
  columns: number;
  rows: number;
  /** All that was written, escape sequences included. */
  readonly written: () => string;
  readonly clear: () => void;
}

export interface FakeTerminal extends FakeOutput {
  /** The lines that one would see. */
  readonly screen: () => string[];
  readonly cursorShown: () => boolean;
}

/** A file or a pipe. */
export function fakePipe(): FakeOutput {
  return fakeOutput(false, Infinity, Infinity);
}

function fakeOutput(isTerminal: boolean, columns: number, rows: number): FakeOutput {
  let text = '';
  return {
    isTerminal,
    color: false,
    columns,
    rows,
    write: (more) => void (text += more),
    written: () => text,
    clear: () => void (text = ''),
  };
}

/** A terminal that knows the few escape sequences that are used; it throws on any other. */
export function fakeTerminal(columns = 100, rows = 24): FakeTerminal {
  const output = fakeOutput(true, columns, rows);
  return Object.assign(output, {
    screen: () => play(output.written()).lines,
    cursorShown: () => play(output.written()).cursorShown,
  });
}

interface Played {
  readonly lines: string[];
  readonly cursorShown: boolean;
}

/** One escape sequence, one other control character, or text up to the next of them. */
const PIECES = /\p{Cc}\[(?<parameter>\??\d*)(?<command>[A-Za-z])|\p{Cc}|\P{Cc}+/gu;

function play(text: string): Played {
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  let cursorShown = true;
  for (const { 0: piece, groups } of text.matchAll(PIECES)) {
    const line = lines[row] ?? '';
    const { command, parameter = '' } = groups ?? {};
    if (piece === '\n') row += 1;
    if (piece === '\n' || piece === '\r') column = 0;
    else if (command === 'A') row = Math.max(0, row - Number(parameter));
    else if (command === 'K') lines[row] = line.slice(0, column);
    else if (command === 'J') lines.splice(row, Infinity, line.slice(0, column));
    else if (parameter === '?25') cursorShown = command === 'h';
    else if (/^\p{Cc}/u.test(piece)) throw new Error(`unknown escape sequence: ${JSON.stringify(piece)}`);
    else {
      lines[row] = line.slice(0, column).padEnd(column) + piece + line.slice(column + piece.length);
      column += piece.length;
    }
    lines[row] ??= '';
  }
  return { lines: lines.at(-1) === '' ? lines.slice(0, -1) : lines, cursorShown };
}
