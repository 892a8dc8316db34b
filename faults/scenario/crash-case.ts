import type { FailpointName } from '@baton/shared/failpoints/failpoint';
import { until } from '../../e2e/until.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { Random } from '../fuzz/random.ts';
import type { Lab, LabProgram } from '../lab/lab.ts';
import { caseOf, type CaseLoad, type FailpointCase } from './failpoint-cases.ts';
import { programsOf } from './programs-of.ts';
import { Session } from './session.ts';
import { actionOf, carryOut, type Strike } from './strike.ts';

export interface CrashCase {
  readonly failpoint: FailpointName;
  readonly strike: Strike;
  readonly seed: number;
}

export function caseName({ failpoint, strike, seed }: CrashCase): string {
  return `${failpoint} ${strike} ${seed}`;
}

const ROUNDS = 4;
const STRIKES_WITHIN = 4_000;
/** A webhook whose sender died is sent again after 45 s. */
const QUIET_WITHIN = 75_000;

type Environment = Readonly<Record<string, string>>;

interface Under {
  readonly load: CaseLoad;
  readonly loads: Promise<void>[];
  /** What arms the process. */
  readonly armed: Environment;
}

function hasStruck(program: LabProgram, name: FailpointName): boolean {
  return program.output().includes(`failpoint ${name} `);
}

async function strikesWithin(victim: LabProgram, name: FailpointName, ms: number): Promise<boolean> {
  return until(`${name} strikes`, () => hasStruck(victim, name), ms).then(
    () => true,
    () => false,
  );
}

/** Has the process struck at its failpoint; rejects when no load makes it pass the place. */
async function makeItStrike(
  { failpoint }: CrashCase,
  how: FailpointCase,
  victim: LabProgram,
  { load, loads, armed }: Under,
): Promise<void> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const loading = how.load(load);
    loading.catch(() => undefined);
    loads.push(loading);
    if (how.after !== undefined && round === 1) await dieBefore(how.after, victim, armed);
    if (await strikesWithin(victim, failpoint, how.strikesWithin ?? STRIKES_WITHIN)) return;
  }
  throw new Error(`${failpoint} was never passed in ${ROUNDS} rounds of load.`);
}

/** Lets the process die at an earlier place, and starts its successor, which is armed for the place itself. */
async function dieBefore(before: FailpointName, victim: LabProgram, armed: Environment): Promise<void> {
  if (!(await strikesWithin(victim, before, STRIKES_WITHIN))) throw new Error(`${before} was never passed.`);
  await victim.gone(STRIKES_WITHIN);
  await victim.restart(armed);
}

export interface Crashed {
  readonly evidence: Evidence;
  /** When the failpoint was seen to have struck, ms since the epoch. */
  readonly struckAt: number;
}

/** Runs one case in a lab that is sound, and leaves it sound again; what was seen is for the checker. */
export async function runCrashCase(lab: Lab, crash: CrashCase): Promise<Crashed> {
  const how = caseOf(crash.failpoint);
  const random = new Random(crash.seed, hashOf(caseName(crash)));
  const [victim, ...others] = programsOf(lab, how.role);
  if (!victim) throw new Error(`The lab has no ${how.role}.`);
  const session = await Session.open(lab);
  let goals = 0;
  const load: CaseLoad = {
    lab,
    client: session.client,
    random,
    newName: () => `${crash.failpoint}-${crash.strike}-${crash.seed}-${(goals += 1)}`,
    struck: () => hasStruck(victim, crash.failpoint),
  };
  const passing = random.int(1, how.mostPassings);
  const armed = { FAILPOINT: `${crash.failpoint}:${passing}:${actionOf[crash.strike]}` };
  if (how.alone) await Promise.all(others.map((program) => program.kill()));
  await victim.restart(how.after === undefined ? armed : { FAILPOINT: `${how.after}:1:kill` });

  const loads: Promise<void>[] = [];
  try {
    await makeItStrike(crash, how, victim, { load, loads, armed });
    const struckAt = Date.now();
    if (how.alone) await Promise.all(others.map((program) => program.restart()));
    await carryOut(crash.strike, lab, victim);
    await Promise.all(loads);
    await lab.emulator.clearFaults();
    return { evidence: await session.evidence(QUIET_WITHIN), struckAt };
  } finally {
    await lab.heal();
    await Promise.allSettled(loads);
    await session.close();
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return hash;
}
