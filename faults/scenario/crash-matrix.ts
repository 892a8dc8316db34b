import { failpointNames } from '@baton/shared/failpoints/failpoint';
import { Random } from '../fuzz/random.ts';
import type { Expectations } from '../checker/violation.ts';
import { caseName, runCrashCase, type CrashCase, type Crashed } from './crash-case.ts';
import { allowedRepeats } from './repeat-allowance.ts';
import { repeatCommand, type ScenarioOptions, type ScenarioReport } from './report.ts';
import { runCases, seconds } from './run-cases.ts';
import { strikes } from './strike.ts';

export interface CrashMatrixOptions extends ScenarioOptions {
  /** Seeds from `seed` on; 3 unless given. */
  readonly seeds?: number;
  /** Only so many of the cases, the same ones for the same seed. */
  readonly sample?: number | undefined;
  /** Labs in use at a time: most of a case is waiting for locks to run out. 3 unless given. */
  readonly lanes?: number;
}

/** An answer may be on its way to the journal for so long, in ms. */
const JUST_NOW = 500;

/** Every failpoint × every way to be struck there × the seeds. */
function casesOf({ seed, seeds = 3, only, sample }: CrashMatrixOptions): CrashCase[] {
  const all = Array.from({ length: seeds }, (_, offset) => seed + offset).flatMap((each) =>
    failpointNames.flatMap((failpoint) => strikes.map((strike) => ({ failpoint, strike, seed: each }))),
  );
  const wanted = only === undefined ? all : all.filter((crash) => caseName(crash).includes(only));
  return sample === undefined ? wanted : new Random(seed).shuffled(wanted).slice(0, sample);
}

/** Calls that were under way when the failpoint struck, or had just been answered. */
function callsInFlight({ evidence, struckAt }: Crashed): number {
  return evidence.model.calls.filter(
    ({ at, endedAt }) => at <= struckAt && (endedAt === null || endedAt >= struckAt - JUST_NOW),
  ).length;
}

function expectationsOf({ failpoint, strike }: CrashCase, crashed: Crashed): Expectations {
  const lost = allowedRepeats(failpoint, strike, callsInFlight(crashed));
  return strike === 'stop'
    ? { faultsPastLock: 1, concurrency: lost }
    : { faultsPastLock: 0, concurrency: 0, lostAnswers: lost };
}

/** Has a process die, stand still past its lock, or lose its network at each failpoint, and looks at what becomes of it. */
export async function crashMatrix(options: CrashMatrixOptions): Promise<ScenarioReport> {
  const { longestRecovery, ...results } = await runCases(
    {
      cases: casesOf(options),
      identify: (crash) => ({
        scenario: 'matrix',
        name: caseName(crash),
        repeat: repeatCommand('matrix', crash.seed, ['--seeds 1', `--only "${caseName(crash)}"`]),
      }),
      async carryOut(lab, crash) {
        const crashed = await runCrashCase(lab, crash);
        return { evidence: crashed.evidence, expectations: expectationsOf(crash, crashed) };
      },
      lanes: options.lanes ?? 3,
      lab: { planners: 2 },
      casesPerLab: 40,
    },
    options,
  );
  return { name: 'crash matrix', ...results, figures: { 'longest recovery, s': seconds(longestRecovery) } };
}
