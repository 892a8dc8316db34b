import type { EvalResult, PromptTotals } from './eval-result.ts';

/** The prompts' versions in the order of their roles' names: `planner-2 review-1 task-3`. */
export function promptsText(prompts: Readonly<Record<string, string>>): string {
  return Object.entries(prompts)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, version]) => version)
    .join(' ');
}

/** In the order in which the goals name them. */
export function promptTotals(results: readonly EvalResult[]): PromptTotals[] {
  const groups = new Map<string, EvalResult[]>();
  for (const result of results) {
    const key = promptsText(result.prompts);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map((group) => totalsOf(group[0]?.prompts ?? {}, group));
}

export function totalsOf(
  prompts: Readonly<Record<string, string>>,
  results: readonly EvalResult[],
): PromptTotals {
  const scores = results.flatMap(({ score }) => score ?? []);
  const costs = results.map(({ costUsd }) => costUsd);
  return {
    prompts,
    goals: results.length,
    failed: results.filter(({ failures }) => failures.length > 0).length,
    score: scores.length === 0 ? null : sum(scores) / scores.length,
    calls: sum(results.map(({ calls }) => calls)),
    costUsd: costs.includes(null) ? null : sum(costs.map((cost) => cost ?? 0)),
    ms: sum(results.map(({ ms }) => ms)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
