const MOST = 80;

/** A name from a request, fit to be told in an answer: of a long one the beginning. */
export function shortened(name: string): string {
  return name.length <= MOST ? name : `${name.slice(0, MOST - 1)}…`;
}
