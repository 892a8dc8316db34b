import type { Revision } from '../answer/prompt.ts';
import { SIMULATED_LINE, withoutSimulatedLine } from '../answer/simulated.ts';
import { isPlainList } from '../answer/plain-list.ts';
import { uncapitalise } from '../goal/wording.ts';

const ENOUGH_WORDS = 20;
const HEADING = '### After review';

/**
 * A result done anew: what the one before had is kept, and every point of the feedback is settled where it can be seen.
 * Where there was too little to keep, it starts from a fresh one. A list stays a list and nothing else.
 */
export function applyFeedback(fresh: string, { previous, feedback }: Revision): string {
  const kept = withoutSimulatedLine(previous);
  const words = kept.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  const base = words >= ENOUGH_WORDS || isPlainList(kept) ? kept : withoutSimulatedLine(fresh);
  if (feedback.length === 0 || isPlainList(base)) return `${base}\n\n${SIMULATED_LINE}`;
  const heading = base.includes(HEADING) ? [] : ['', HEADING, ''];
  const points = feedback.map((point) => `- ${settled(point)}`);
  return [base, ...heading, ...points, '', SIMULATED_LINE].join('\n');
}

function settled(point: string): string {
  const about = /^Treat "(?<what>.+)": /.exec(point)?.groups?.['what'];
  if (about !== undefined) return `**${about}**: nothing in the inputs settles it, so it is stated as open.`;
  const asked = uncapitalise(point.replace(/^Draft \d+: /, '')).replace(/[.\s]+$/, '');
  return `Settled: ${asked}.`;
}
