const MOST_EDITS = 3;

/**
 * The known name that a mistyped one most likely means, or null when none is near: at most a third of the name's
 * letters (never more than three) differ, are left out, added, or swapped with their neighbour. Case does not count.
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let fewest = Infinity;
  for (const candidate of known) {
    const most = Math.min(fewest - 1, editsAllowed(name, candidate));
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase(), most);
    if (edits > most) continue;
    nearest = candidate;
    fewest = edits;
  }
  return nearest;
}

function editsAllowed(name: string, candidate: string): number {
  return Math.min(MOST_EDITS, Math.ceil(Math.max(name.length, candidate.length) / 3));
}

/** Insertions, deletions, substitutions and swaps of neighbours between two texts; Infinity when more than `most`. */
export function editDistance(left: string, right: string, most = Infinity): number {
  if (Math.abs(left.length - right.length) > most) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      current.push(cellOf(left, right, row, column, { beforeLast, last, current }));
    }
    if (Math.min(...current) > most) return Infinity;
    beforeLast = last;
    last = current;
  }
  const edits = last[right.length] ?? Infinity;
  return edits > most ? Infinity : edits;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

/** A cell outside of the table is out of reach. */
function cellOf(left: string, right: string, row: number, column: number, rows: Rows): number {
  const isSame = left[row - 1] === right[column - 1];
  const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
  return Math.min(
    (rows.last[column] ?? Infinity) + 1,
    (rows.current[column - 1] ?? Infinity) + 1,
    (rows.last[column - 1] ?? Infinity) + (isSame ? 0 : 1),
    isSwap ? (rows.beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
  );
}
