import type { Evidence } from '../evidence/evidence.ts';
import { grouped } from './grouped.ts';
import type { Violation } from './violation.ts';

/** Tools that may be called twice. */
const idempotent: ReadonlySet<string> = new Set(['look']);

/** What a call of a tool that is not idempotent does, it does once, whatever becomes of its process. */
export function checkRepeatedEffects({ effects }: Evidence): Violation[] {
  const calls = grouped(
    effects.filter(({ tool }) => !idempotent.has(tool)),
    ({ tool, key }) => `${tool} ${key}`,
  );
  return [...calls]
    .filter(([, made]) => made.length > 1)
    .map(([call, made]) => ({
      invariant: 'repeated-effect',
      message: `The call ${call} was carried out ${made.length} times.`,
    }));
}
