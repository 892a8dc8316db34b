import type { Evidence } from '../evidence/evidence.ts';
import { checkEventStreams } from './event-stream.ts';
import { checkIdempotency } from './idempotency.ts';
import { checkLateCalls } from './late-call.ts';
import { checkLeftovers } from './leftover.ts';
import { checkRepeatedCalls } from './repeated-call.ts';
import { checkRepeatedEffects } from './repeated-effect.ts';
import { checkSubGoals } from './sub-goal.ts';
import { checkSuccessRate } from './success-rate.ts';
import { checkTaskOutcomes } from './task-outcome.ts';
import { checkTerminalStates } from './terminal-state.ts';
import type { Check, Expectations, Invariant, Violation } from './violation.ts';
import { checkWebhooks } from './webhook.ts';

const checks: Readonly<Record<Invariant, Check>> = {
  'terminal-state': checkTerminalStates,
  'task-outcome': checkTaskOutcomes,
  'sub-goal': checkSubGoals,
  'late-call': checkLateCalls,
  'repeated-call': checkRepeatedCalls,
  'repeated-effect': checkRepeatedEffects,
  webhook: checkWebhooks,
  'event-stream': checkEventStreams,
  leftover: checkLeftovers,
  idempotency: checkIdempotency,
  'success-rate': checkSuccessRate,
};

/** Everything in the evidence that must not be. */
export function check(evidence: Evidence, expectations: Expectations): Violation[] {
  const { except = [], ...given } = expectations;
  const excuses = { lostAnswers: 0, minSuccess: 0.8, ...given };
  return Object.entries(checks).flatMap(([invariant, find]) =>
    except.includes(invariant as Invariant) ? [] : find(evidence, excuses),
  );
}
