/**
 * Fits a plan to what it may spend, before anything is spent.
 *
 * 1. Cheaper tiers come first, those of tasks of low priority before others; a tier is taken only where it saves what is short.
 * 2. Then tasks are left out that nothing kept needs: where money is short those without a known price, then those of low priority,
 *    of the same priority the plan's last.
 * 3. What turns out to fit after all is given back, the most important first.
 * 4. One task is always kept, and with it what it needs: whether it fits then is the ledger's to say.
 */
import { needOf, type Need, type TierForecast } from './forecast.ts';
import { priorities, type Priority, type Task } from './plan.ts';
import { dependentsOf, order } from './topology.ts';
import type { ModelTier } from './worker-type.ts';

/** What may still be spent; null for any amount. */
export interface Room {
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

/** A task that is to run, with its forecasts: that of its own tier first, then those of the cheaper ones. */
export interface PricedTask {
  readonly task: Pick<Task, 'id' | 'dependencies' | 'priority'>;
  readonly tiers: readonly [TierForecast, ...TierForecast[]];
}

export interface BudgetFit {
  /** The tiers of tasks that are to use a cheaper one than their own. */
  readonly tierLimits: ReadonlyMap<string, ModelTier>;
  /** Tasks that are not to run, in the plan's order. */
  readonly leftOut: readonly string[];
  /** Of what is kept, as it is to be run. */
  readonly need: Need;
  /** Of all tasks at their own tiers. */
  readonly wanted: Need;
  /** What is kept is not known to take more than there is. */
  readonly fits: boolean;
}

/** @param tasks dependencies on others than these are met. */
export function fitToBudget(tasks: readonly PricedTask[], room: Room): BudgetFit {
  const fit = new Fit(tasks, room);
  fit.lowerTiers();
  fit.leaveOut();
  fit.giveBack();
  return fit.result();
}

const rank: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 2 };
const lowestFirst: readonly Priority[] = priorities.toReversed();

class Fit {
  readonly #tasks: readonly PricedTask[];
  readonly #room: Room;
  /** Per kept task the place of its tier among its `tiers`. */
  readonly #kept: Map<string, number>;
  readonly #dependents: ReadonlyMap<string, readonly string[]>;
  /** In the order in which they were left out. */
  readonly #leftOut: PricedTask[] = [];

  constructor(tasks: readonly PricedTask[], room: Room) {
    this.#tasks = order(tasks.map((each) => ({ ...each, ...each.task })));
    this.#room = room;
    this.#kept = new Map(tasks.map(({ task }) => [task.id, 0]));
    this.#dependents = dependentsOf(tasks.map(({ task }) => task));
  }

  lowerTiers(): void {
    for (const priority of lowestFirst) {
      const group = this.#tasks.filter(({ task }) => task.priority === priority);
      const steps = Math.max(0, ...group.map(({ tiers }) => tiers.length - 1));
      for (let step = 0; step < steps; step += 1) {
        const short = this.#short();
        const savings = new Map(group.map((each) => [each, this.#saving(each, short)]));
        const most = group.toSorted((one, other) => (savings.get(other) ?? 0) - (savings.get(one) ?? 0));
        for (const each of most) {
          const still = this.#short();
          if (still.length === 0) return;
          if (this.#saving(each, still) > 0) this.#kept.set(each.task.id, this.#placeOf(each) + 1);
        }
      }
    }
  }

  leaveOut(): void {
    for (let short = this.#short(); short.length > 0 && this.#kept.size > 1; short = this.#short()) {
      let least: PricedTask | null = null;
      let leastImportance = Number.POSITIVE_INFINITY;
      for (const each of this.#tasks) {
        const importance = this.#importance(each, short);
        if (importance > leastImportance || !this.#isFree(each)) continue;
        [least, leastImportance] = [each, importance];
      }
      if (least === null) return;
      this.#kept.delete(least.task.id);
      this.#leftOut.push(least);
    }
  }

  giveBack(): void {
    if (!this.#fits()) return;
    for (const each of this.#leftOut.splice(0).reverse()) {
      const { id, dependencies } = each.task;
      const cheapest = each.tiers.length - 1;
      const isReady = dependencies.every((needed) => this.#kept.has(needed) || !this.#dependents.has(needed));
      if (isReady) this.#kept.set(id, cheapest);
      if (isReady && this.#fits()) continue;
      this.#kept.delete(id);
      this.#leftOut.push(each);
    }
    const important = this.#tasks.toSorted(
      (one, other) => rank[one.task.priority] - rank[other.task.priority],
    );
    for (const each of important) {
      const { id } = each.task;
      const limited = this.#kept.get(id) ?? 0;
      for (let place = 0; place < limited; place += 1) {
        this.#kept.set(id, place);
        if (this.#fits()) break;
        this.#kept.set(id, limited);
      }
    }
  }

  result(): BudgetFit {
    const lowered = this.#tasks.flatMap((each): [string, ModelTier][] => {
      const place = this.#kept.get(each.task.id) ?? 0;
      const tier = each.tiers[place]?.tier;
      return place > 0 && tier ? [[each.task.id, tier]] : [];
    });
    return {
      tierLimits: new Map(lowered),
      leftOut: this.#tasks.map(({ task }) => task.id).filter((id) => !this.#kept.has(id)),
      need: needOf(this.#chosen()),
      wanted: needOf(this.#tasks.map(({ tiers: [own] }) => own)),
      fits: this.#fits(),
    };
  }

  #placeOf({ task }: PricedTask): number {
    return this.#kept.get(task.id) ?? 0;
  }

  /** Of a kept task. */
  #tierOf(each: PricedTask): TierForecast | undefined {
    const place = this.#kept.get(each.task.id);
    return place === undefined ? undefined : each.tiers[place];
  }

  #chosen(): TierForecast[] {
    return this.#tasks.flatMap((each) => this.#tierOf(each) ?? []);
  }

  /** What has no known price can't run at all where money is short. */
  #importance(each: PricedTask, short: readonly (keyof Need)[]): number {
    const isUnpriced = short.includes('costUsd') && this.#tierOf(each)?.sure.costUsd === null;
    return isUnpriced ? Number.NEGATIVE_INFINITY : -rank[each.task.priority];
  }

  /** Nothing that is kept needs it. */
  #isFree({ task }: PricedTask): boolean {
    if (!this.#kept.has(task.id)) return false;
    return (this.#dependents.get(task.id) ?? []).every((dependent) => !this.#kept.has(dependent));
  }

  #fits(): boolean {
    return this.#short().length === 0;
  }

  /** What there is not enough of. */
  #short(): (keyof Need)[] {
    let [tokens, costUsd] = [0, 0];
    for (const each of this.#tasks) {
      const tier = this.#tierOf(each);
      if (tier === undefined) continue;
      tokens += tier.sure.tokens;
      costUsd += tier.sure.costUsd ?? Number.POSITIVE_INFINITY;
    }
    const { tokens: mostTokens, costUsd: mostUsd } = this.#room;
    return [
      ...(mostTokens !== null && tokens > mostTokens ? (['tokens'] as const) : []),
      ...(mostUsd !== null && costUsd > mostUsd ? (['costUsd'] as const) : []),
    ];
  }

  /** What a task's next cheaper tier would save of what is short, as a share of the room; 0 for nothing. */
  #saving(each: PricedTask, short: readonly (keyof Need)[]): number {
    const [now, next] = [this.#tierOf(each), each.tiers[this.#placeOf(each) + 1]];
    if (!now || !next) return 0;
    const unknown = Number.MAX_SAFE_INTEGER;
    const savings = short.map((kind) => {
      const before = now.sure[kind] ?? unknown;
      return Math.max(0, before - (next.sure[kind] ?? unknown)) / Math.max(1e-9, this.#room[kind] ?? 1);
    });
    return Math.max(0, ...savings);
  }
}
