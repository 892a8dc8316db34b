import type { Invariant } from '../../checker/violation.ts';
import type { Random } from '../../fuzz/random.ts';
import type { Lab, LabOptions, LabRole } from '../../lab/lab.ts';
import type { Load } from './load.ts';

/** What a case has to do its work with. */
export interface Stage {
  readonly lab: Lab;
  readonly random: Random;
  readonly load: Load;
  /** Counts from 0. */
  readonly round: number;
  /** For what the checker can't see. */
  readonly complain: (message: string) => void;
}

/** Redis can be used again, and a job must be taken soon. */
export interface Recovery {
  /** ms since the epoch. */
  readonly at: number;
  /** Whose next job is waited for; anybody's unless given. */
  readonly role?: Exclude<LabRole, 'api'>;
}

/** One way to hurt Redis, or what leads to it. */
export interface RedisCase {
  readonly name: string;
  readonly lab: LabOptions;
  readonly rounds: number;
  /** Hurts it once and makes it sound again; resolves with the moments from which on work must go on. */
  readonly hurt: (stage: Stage) => Promise<readonly Recovery[]>;
  /** Processes, per round, whose locks may run out; all of planners and workers unless given. */
  readonly pastLock?: number;
  /** Writes that clients had seen may be lost, such as events: what rests on them is not looked at. */
  readonly except?: readonly Invariant[];
}
