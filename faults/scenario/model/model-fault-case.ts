import type { Fault, FaultRule } from '../../../e2e/emulator.ts';
import { plan, task } from '../../../e2e/plans.ts';
import type { GoalToSubmit } from '../../evidence/client-log.ts';

/** Every way in which the model can fail, but `huge`, which is looked at alone. */
const kinds: readonly Fault[] = [
  { kind: '429', retryAfter: 1 },
  { kind: '500' },
  { kind: '529' },
  { kind: 'hang' },
  { kind: 'stall' },
  { kind: 'drip', ms: 40 },
  { kind: 'cut' },
  { kind: 'fin' },
  { kind: 'sse-error' },
  { kind: 'malformed' },
  { kind: 'empty' },
  { kind: 'refusal' },
  { kind: 'max_tokens' },
];
const huge: Fault = { kind: 'huge', megabytes: 50 };

const struckRoles = ['planner', 'task', 'synthesiser'] as const;
export type StruckRole = (typeof struckRoles)[number];

/** How many of the calls of the struck step meet the fault: the first, or all. */
type Lasting = 'once' | 'always';

/** Cases that run together in one lab. */
export const rounds = ['once', 'huge', 'always'] as const;
export type Round = (typeof rounds)[number];

/** One fault at one step of one goal. */
export interface ModelFaultCase {
  readonly name: string;
  readonly fault: Fault;
  readonly role: StruckRole;
  readonly lasting: Lasting;
  readonly request: GoalToSubmit;
}

/** The task that a task's fault strikes; `after` depends on it, `beside` does not. */
export const STRUCK_TASK = 'struck';
const handmade = plan(task('beside'), task(STRUCK_TASK), task('after', [STRUCK_TASK], 'writer'));
const MANY = 1_000;

function caseOf(fault: Fault, role: StruckRole, lasting: Lasting): ModelFaultCase {
  const name = `${fault.kind} at the ${role} ${lasting}`;
  const goal = `Compare tea and coffee: cost, comfort, and what lasts longer (${name}).`;
  const request = role === 'planner' ? { goal } : { goal, plan: handmade };
  return { name, fault, role, lasting, request };
}

export function casesOf(round: Round): ModelFaultCase[] {
  const faults = round === 'huge' ? [huge] : kinds;
  const lasting = round === 'always' ? 'always' : 'once';
  return faults.flatMap((fault) => struckRoles.map((role) => caseOf(fault, role, lasting)));
}

export function ruleOf({ fault, role, lasting, request }: ModelFaultCase): FaultRule {
  return {
    match: { contains: request.goal, ...(role === 'task' ? { task: STRUCK_TASK } : { role }) },
    fault,
    times: lasting === 'once' ? 1 : MANY,
  };
}

/** Goals that meet no fault. */
export function neighbours(round: Round, count: number): GoalToSubmit[] {
  return Array.from({ length: count }, (_, place) => ({
    goal: `Find out what there is to know about neighbour ${place} of the faults that strike ${round}.`,
    plan: handmade,
  }));
}
