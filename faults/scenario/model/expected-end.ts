import type { TerminalGoalStatus } from '@baton/shared/contract/goal-status';
import { MAX_ATTEMPTS } from '@baton/plan/retry';
import { MOST_CONTINUATIONS } from '@baton/shared/model/continued-call';
import type { Fault } from '../../../e2e/emulator.ts';
import type { ModelFaultCase, StruckRole } from './model-fault-case.ts';

/** What must become of a goal whose step was struck. */
export interface ExpectedEnd {
  readonly status: TerminalGoalStatus;
  /** Calls of the struck step. */
  readonly calls: number;
  /** Of these, the ones that the emulator was paid for. */
  readonly paid: number;
  /** The least and the most that the goal may tell of possibly repeated calls. */
  readonly told: readonly [number, number];
  /** How the struck task ends, where it was a task. */
  readonly task?: 'succeeded' | 'partial' | 'failed';
}

type Kind = Fault['kind'];

/** Refused by a status: nothing is paid, and nothing may be told as paid. */
const refused: ReadonlySet<Kind> = new Set(['429', '500', '529']);
/** Broken off before the emulator counts them as paid, which the caller can't know. */
const unpaid: ReadonlySet<Kind> = new Set(['hang', 'sse-error']);
/** Paid for, and lost. */
const lost: ReadonlySet<Kind> = new Set(['stall', 'drip', 'cut', 'fin', 'malformed']);

const REPAIRS = 2;

/** How a goal ends that the step in question has failed. */
function failedAt(role: StruckRole): Pick<ExpectedEnd, 'status' | 'task'> {
  return role === 'task' ? { status: 'partially_succeeded', task: 'failed' } : { status: 'failed' };
}

function succeededAt(role: StruckRole): Pick<ExpectedEnd, 'status' | 'task'> {
  return role === 'task' ? { status: 'succeeded', task: 'succeeded' } : { status: 'succeeded' };
}

/** A whole answer that is of no use came, and was journaled like any other. */
function afterBadAnswer({ fault, role, lasting }: ModelFaultCase): ExpectedEnd {
  const one = { calls: 1, paid: 1, told: [0, 0] } as const;
  const isRepairable = role === 'planner' && fault.kind !== 'refusal';
  if (isRepairable && lasting === 'once') return { ...one, ...succeededAt(role), calls: 2, paid: 2 };
  if (isRepairable) return { ...one, ...failedAt(role), calls: 1 + REPAIRS, paid: 1 + REPAIRS };
  if (fault.kind !== 'max_tokens') return { ...one, ...failedAt(role) };
  // The rest of what was cut off is asked for.
  if (lasting === 'once') return { ...one, ...succeededAt(role), calls: 2, paid: 2 };
  const asked = 1 + MOST_CONTINUATIONS;
  const end: ExpectedEnd = { ...one, status: 'partially_succeeded', calls: asked, paid: asked };
  return role === 'task' ? { ...end, task: 'partial' } : end;
}

export function expectedEnd(struck: ModelFaultCase): ExpectedEnd {
  const { fault, role, lasting } = struck;
  const { kind } = fault;
  if (kind === 'huge') return { ...failedAt(role), calls: 1, paid: 1, told: [0, 1] };
  if (!refused.has(kind) && !unpaid.has(kind) && !lost.has(kind)) return afterBadAnswer(struck);
  const isOnce = lasting === 'once';
  const calls = isOnce ? 2 : MAX_ATTEMPTS;
  const end = isOnce ? succeededAt(role) : failedAt(role);
  if (refused.has(kind)) return { ...end, calls, paid: isOnce ? 1 : 0, told: [0, 0] };
  if (unpaid.has(kind)) return { ...end, calls, paid: isOnce ? 1 : 0, told: [isOnce ? 1 : 0, calls] };
  return { ...end, calls, paid: calls, told: [calls - 1, calls] };
}
