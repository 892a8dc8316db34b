import { inLanes } from '../scenario/lanes.ts';
import type { Mutant } from './mutant.ts';
import { plant, soundBuild, type PrivateBuild } from './private-build.ts';
import { play, type Play } from './scenarios/play.ts';
import { scenarios, type ScenarioName } from './scenarios/scenarios.ts';

/** What became of one play of a scenario. */
export interface Trial extends Play {
  /** The control of a scenario when null. */
  readonly mutant: Mutant | null;
  readonly scenario: ScenarioName;
  /** Why it could not be played to its end. */
  readonly error: string | null;
  readonly seconds: number;
}

/** ms that the sound build has to come to rest; nothing is lost by it where there is quiet. */
const SOUND_PATIENCE = 60_000;
const MUTANT_PATIENCE = 8_000;
/** A mutant has so many times as long as the sound build took: what it does not end must not be a matter of time. */
const TIMES_AS_LONG = 3;

/** A control is right when nothing was found, a mutant when an invariant that was named for it has told it. */
export function isRight({ mutant, found, error }: Trial): boolean {
  if (error !== null) return false;
  if (mutant === null) return found.length === 0;
  return found.some(({ invariant }) => mutant.caughtBy.includes(invariant));
}

async function tried(
  mutant: Mutant | null,
  scenario: ScenarioName,
  sound: PrivateBuild,
  patience: number,
): Promise<Trial> {
  const startedAt = performance.now();
  let build = sound;
  let seen: Play = { found: [], quietMs: 0 };
  let error: string | null = null;
  try {
    if (mutant !== null) build = await plant(mutant, sound);
    seen = await play(scenarios[scenario], build.root, patience);
  } catch (thrown) {
    error = (thrown as Error).message;
  } finally {
    if (build !== sound) build.remove();
  }
  return { ...seen, mutant, scenario, error, seconds: (performance.now() - startedAt) / 1_000 };
}

/** Plays every scenario that the mutants need on the sound build, and then on each mutant. */
export async function runMutants(
  mutants: readonly Mutant[],
  lanes: number,
  onTrial: (trial: Trial) => void,
): Promise<Trial[]> {
  const sound = await soundBuild();
  const trials: Trial[] = [];
  const controls = new Map<ScenarioName, Promise<Trial>>();
  const needed = [...new Set(mutants.map(({ scenario }) => scenario))];

  async function control(scenario: ScenarioName): Promise<Trial> {
    const played = tried(null, scenario, sound, SOUND_PATIENCE);
    controls.set(scenario, played);
    return played;
  }
  /** Its control has been begun, for all of them come first. */
  async function trial(mutant: Mutant): Promise<Trial> {
    const quietMs = (await controls.get(mutant.scenario))?.quietMs ?? 0;
    return tried(mutant, mutant.scenario, sound, Math.max(MUTANT_PATIENCE, TIMES_AS_LONG * quietMs));
  }

  try {
    const plays = [
      ...needed.map((scenario) => () => control(scenario)),
      ...mutants.map((mutant) => () => trial(mutant)),
    ];
    await inLanes(lanes, plays, async (next) => {
      const played = await next();
      trials.push(played);
      onTrial(played);
    });
  } finally {
    sound.remove();
  }
  return trials;
}
