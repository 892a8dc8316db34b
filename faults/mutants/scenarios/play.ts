import { check } from '../../checker/check.ts';
import { openLab } from '../../lab/open-lab.ts';
import { Session } from '../../scenario/session.ts';
import type { DirectedScenario, Found } from './scenario.ts';
import { smallLab } from './small-lab.ts';
import { Stage } from './stage.ts';

export interface Play {
  /** All that was not as it must be. */
  readonly found: readonly Found[];
  /** Until there was quiet, or the time for it had run out, in ms. */
  readonly quietMs: number;
}

/** Plays it on the build in `root`, with a lab of its own. */
export async function play(scenario: DirectedScenario, root: string, quietWithin: number): Promise<Play> {
  const lab = await openLab({ ...(scenario.lab ?? smallLab), root });
  const session = new Session(lab);
  try {
    await scenario.run(new Stage(lab, session.client));
    const evidence = await session.evidence(quietWithin);
    const violations = check(evidence, { faultsPastLock: 0, concurrency: 1, ...scenario.expectations });
    return { found: [...violations, ...(scenario.verify?.(evidence) ?? [])], quietMs: evidence.quiet.tookMs };
  } finally {
    await session.close();
    await lab.close();
  }
}
