import type { EvalReport } from './eval-result.ts';
import { promptsText, totalsOf } from './prompt-totals.ts';

interface Measures {
  readonly score: number | null;
  readonly calls: number;
  readonly costUsd: number | null;
  readonly ms: number;
}

/** Now against earlier. Ratios are null where one of the two is not known, or the earlier one is 0. */
export interface Difference {
  /** A goal's name, or versions of prompts. */
  readonly name: string;
  readonly score: number | null;
  readonly calls: number;
  readonly costRatio: number | null;
  readonly timeRatio: number | null;
}

export interface Comparison {
  /** When the earlier run was. */
  readonly against: string;
  /** Roles of which the prompt has another version now: `planner-1 → planner-2`. */
  readonly changedPrompts: readonly string[];
  readonly goals: readonly Difference[];
  /** By versions of prompts: of the goals that are in both runs, those with these versions against their earlier selves. */
  readonly totals: readonly Difference[];
  /** Goals that only one of the runs has. */
  readonly notCompared: readonly string[];
}

export function compare(now: EvalReport, earlier: EvalReport): Comparison {
  const before = new Map(earlier.goals.map((result) => [result.name, result]));
  const names = new Set(now.goals.map(({ name }) => name));
  const both = now.goals.flatMap((result) => {
    const past = before.get(result.name);
    return past ? [{ result, past }] : [];
  });
  return {
    against: earlier.at,
    changedPrompts: changedPrompts(now, earlier),
    goals: both.map(({ result, past }) => difference(result.name, result, past)),
    totals: now.totals.flatMap(({ prompts }) => {
      const name = promptsText(prompts);
      const same = both.filter(({ result }) => promptsText(result.prompts) === name);
      if (same.length === 0) return [];
      const results = same.map(({ result }) => result);
      const pasts = same.map(({ past }) => past);
      return [difference(name, totalsOf(prompts, results), totalsOf(prompts, pasts))];
    }),
    notCompared: [
      ...now.goals.filter(({ name }) => !before.has(name)),
      ...earlier.goals.filter(({ name }) => !names.has(name)),
    ].map(({ name }) => name),
  };
}

function difference(name: string, now: Measures, past: Measures): Difference {
  return {
    name,
    score: now.score === null || past.score === null ? null : now.score - past.score,
    calls: now.calls - past.calls,
    costRatio: ratio(now.costUsd, past.costUsd),
    timeRatio: ratio(now.ms, past.ms),
  };
}

function ratio(now: number | null, past: number | null): number | null {
  return now === null || past === null || past === 0 ? null : now / past;
}

function changedPrompts(now: EvalReport, earlier: EvalReport): string[] {
  const [versions, before] = [versionsByRole(now), versionsByRole(earlier)];
  return [...versions].flatMap(([role, version]) => {
    const past = before.get(role);
    return past === undefined || past === version ? [] : [`${past} → ${version}`];
  });
}

function versionsByRole({ goals }: EvalReport): Map<string, string> {
  return new Map(goals.flatMap(({ prompts }) => Object.entries(prompts)));
}
