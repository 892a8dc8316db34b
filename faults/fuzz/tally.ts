import { isRequest } from './cases/fuzz-case.ts';
import type { FuzzCase } from './cases/schedule.ts';
import type { Answer } from './wire/connection.ts';

/** What one family of cases came to. */
export interface FamilyTally {
  readonly family: string;
  requests: number;
  /** Answers by status; `cut` counts connections that were closed instead. */
  readonly statuses: Map<string, number>;
  slowestMs: number;
  /** How long each refusal took, in ms, of requests that were sent in one piece; up to 16 are under way at a time. */
  readonly refusalsMs: number[];
  /** The longest stand-still of an API's event loop during a batch, in ms, whatever caused it. */
  maxLagMs: number;
  /** The same less all the time in which the machine ran something else: a lower bound of what the requests caused. */
  ownLagMs: number;
}

export class Tallies {
  readonly #families = new Map<string, FamilyTally>();

  of(family: string): FamilyTally {
    const known = this.#families.get(family);
    if (known) return known;
    const fresh = {
      family,
      requests: 0,
      statuses: new Map<string, number>(),
      slowestMs: 0,
      refusalsMs: [],
      maxLagMs: 0,
      ownLagMs: 0,
    };
    this.#families.set(family, fresh);
    return fresh;
  }

  count({ family, send }: FuzzCase, answers: readonly Answer[]): void {
    const tally = this.of(family);
    for (const answer of answers) {
      const status = answer.kind === 'reply' ? String(answer.reply.status) : answer.kind;
      tally.requests += 1;
      tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
      tally.slowestMs = Math.max(tally.slowestMs, answer.ms);
      if (answer.kind === 'reply' && answer.reply.status >= 400 && isRequest(send))
        tally.refusalsMs.push(answer.ms);
    }
  }

  lag(family: string, { maxMs, ownMs }: { readonly maxMs: number; readonly ownMs: number }): void {
    const tally = this.of(family);
    tally.maxLagMs = Math.max(tally.maxLagMs, maxMs);
    tally.ownLagMs = Math.max(tally.ownLagMs, ownMs);
  }

  all(): FamilyTally[] {
    return [...this.#families.values()];
  }
}
