import type { Expectations } from '../../checker/violation.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { LabOptions } from '../../lab/lab.ts';
import type { Stage } from './stage.ts';

/** Something that was not as it must be, by the checker's name of it or the scenario's own. */
export interface Found {
  readonly invariant: string;
  readonly message: string;
}

/** One fault at one moment, made to happen, so that a bug can not hide behind chance. */
export interface DirectedScenario {
  /** The small one unless given. */
  readonly lab?: LabOptions;
  /** No call may be repeated and every goal must succeed unless given: far less is excused than in a run by chance. */
  readonly expectations?: Partial<Expectations>;
  run(stage: Stage): Promise<void>;
  /** What the general checker does not look at. */
  verify?(evidence: Evidence): Found[];
}
