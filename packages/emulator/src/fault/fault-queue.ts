import type { Fault, FaultMatch, FaultRule, FaultTarget } from './fault.ts';

interface PendingRule {
  readonly match: FaultMatch;
  readonly fault: Fault;
  /** Matching calls to let pass before the first hit. */
  toSkip: number;
  toHit: number;
}

/** Faults waiting for their calls. Each call meets at most one: the oldest rule that matches it and is due. */
export class FaultQueue {
  #rules: PendingRule[] = [];

  add(rules: readonly FaultRule[]): void {
    for (const { match = {}, fault, times = 1 } of rules) {
      this.#rules.push({ match, fault, toSkip: (match.nth ?? 1) - 1, toHit: times });
    }
  }

  /** The fault for a call; uses up one hit of its rule. Rules not yet due count the call as seen. */
  take(target: FaultTarget): Fault | null {
    let taken: Fault | null = null;
    for (const rule of this.#rules) {
      if (!matches(rule.match, target)) continue;
      if (rule.toSkip > 0) rule.toSkip -= 1;
      else if (taken === null && rule.toHit > 0) {
        rule.toHit -= 1;
        taken = rule.fault;
      }
    }
    this.#rules = this.#rules.filter((rule) => rule.toHit > 0);
    return taken;
  }

  pending(): Array<{ match: FaultMatch; fault: Fault; times: number }> {
    return this.#rules.map((rule) => ({ match: rule.match, fault: rule.fault, times: rule.toHit }));
  }

  clear(): void {
    this.#rules = [];
  }
}

/**
 * A judge is no worker: a rule for a worker type or a task means what is said of it only where its role is `judge`. A rule for
 * the creation of a batch says so; others mean the requests in it.
 */
function matches(match: FaultMatch, target: FaultTarget): boolean {
  const isWork = target.role === 'task';
  return (
    (match.role === undefined
      ? target.role !== 'batch'
      : match.role === target.role || (isWork && match.role === target.worker)) &&
    (match.task === undefined || (match.task === target.task && (isWork || match.role === target.role))) &&
    (match.model === undefined || match.model === target.model) &&
    (match.contains === undefined || target.body.includes(match.contains))
  );
}
