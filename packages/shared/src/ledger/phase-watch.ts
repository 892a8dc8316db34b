import type { Metrics } from '../telemetry/metrics.ts';

/** What a goal that has not ended is in. */
export type GoalPhase = 'queued' | 'planning' | 'approval' | 'running' | 'synthesis';

/** Told of phases by the process that ends them; must not throw. */
export interface PhaseWatch {
  /** @param ms that the goal was in it, by Redis's clock; `total`: since its acceptance or its last retry. */
  phaseEnded(phase: GoalPhase | 'total', ms: number): void;
}

export const unwatched: PhaseWatch = Object.freeze({ phaseEnded: () => undefined });

/** Tells the metrics. */
export function countingPhases({ goalPhaseSeconds }: Pick<Metrics, 'goalPhaseSeconds'>): PhaseWatch {
  return { phaseEnded: (phase, ms) => goalPhaseSeconds.observe({ phase }, ms / 1_000) };
}
