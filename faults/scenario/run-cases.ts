import type { Evidence } from '../evidence/evidence.ts';
import type { Expectations } from '../checker/violation.ts';
import type { Lab, LabOptions } from '../lab/lab.ts';
import { LabSupply } from './lab-supply.ts';
import { inLanes } from './lanes.ts';
import type { ScenarioOptions, ScenarioViolation } from './report.ts';
import { judge, notCarriedOut, type CaseIdentity } from './verdict.ts';

/** What a case leaves to be judged. */
interface CarriedOut {
  readonly evidence: Evidence;
  readonly expectations: Expectations;
}

interface CaseRun<T extends object> {
  readonly cases: readonly T[];
  readonly identify: (item: T) => CaseIdentity;
  readonly carryOut: (lab: Lab, item: T) => Promise<CarriedOut>;
  /** Labs in use at a time. */
  readonly lanes: number;
  readonly lab: LabOptions;
  readonly casesPerLab: number;
}

interface CaseResults {
  readonly cases: number;
  readonly violations: readonly ScenarioViolation[];
  /** The longest that a case took to come to rest after its last fault, in ms. */
  readonly longestRecovery: number;
  readonly tookMs: number;
}

/** Carries cases out in a few labs at a time; one that went wrong costs its lab, not the cases after it. */
export async function runCases<T extends object>(
  { cases, identify, carryOut, lanes, lab: labOptions, casesPerLab }: CaseRun<T>,
  { log, root }: Pick<ScenarioOptions, 'log' | 'root'>,
): Promise<CaseResults> {
  const startedAt = performance.now();
  const options = root === undefined ? labOptions : { ...labOptions, root };
  const supplies = Array.from(
    { length: Math.min(lanes, cases.length) },
    () => new LabSupply(options, casesPerLab),
  );
  const violations: ScenarioViolation[] = [];
  let longestRecovery = 0;
  let done = 0;

  async function runOne(item: T, supply: LabSupply): Promise<ScenarioViolation[]> {
    const identity = identify(item);
    let lab: Lab | null = null;
    try {
      lab = await supply.take();
      const { evidence, expectations } = await carryOut(lab, item);
      longestRecovery = Math.max(longestRecovery, evidence.quiet.tookMs);
      return judge(lab, identity, evidence, expectations);
    } catch (error) {
      return notCarriedOut(lab, identity, error as Error);
    }
  }

  async function runAndTell(item: T, supply: LabSupply): Promise<void> {
    const began = performance.now();
    const found = await runOne(item, supply);
    done += 1;
    violations.push(...found);
    const verdict = found.length === 0 ? 'ok  ' : 'FAIL';
    const took = ((performance.now() - began) / 1_000).toFixed(1);
    log(`${verdict} ${done}/${cases.length} ${identify(item).name} (${took} s)`);
    for (const { invariant, goalId, message } of found) log(`     ${invariant}: ${goalId ?? ''} ${message}`);
    if (found.length > 0) await supply.discard();
  }

  try {
    await inLanes(supplies.length, cases, async (item, lane) => {
      const supply = supplies[lane];
      if (supply) await runAndTell(item, supply);
    });
  } finally {
    await Promise.all(supplies.map((supply) => supply.discard()));
  }
  return { cases: done, violations, longestRecovery, tookMs: performance.now() - startedAt };
}

/** Model calls of one process at a time: eight worker types with eight tasks each. */
export const CONCURRENCY = 64;

export function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
