/** The last line of every simulated text. */
export const SIMULATED_LINE = '*Simulated answer: no model was called.*';

/** A text without the lines that mark it as simulated. */
export function withoutSimulatedLine(text: string): string {
  return text.replaceAll(SIMULATED_LINE, '').trim();
}
