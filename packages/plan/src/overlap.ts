import { namedId, nameOf, pathIn, type DraftTask, type PlanDraft } from './plan-draft.ts';
import { normalisedGoal } from './same-goal.ts';
import type { ViolationSink } from './violations.ts';

/** Two tasks that are the same work: the same worker is told the same, and nothing that they build on tells them apart. */
export function checkOverlap({ tasks }: PlanDraft, violations: ViolationSink): void {
  const twins = new Map<string, Map<string, DraftTask>>();
  for (const task of tasks) {
    if (task.worker === null || task.description === '') continue;
    const told = toldTo(task);
    const basis = [...new Set(task.dependencies.map(({ id }) => id))].toSorted().join(' ');
    const earlier = twins.get(told) ?? new Map<string, DraftTask>();
    twins.set(told, earlier);
    const twin = twinAmong(earlier, basis);
    if (!earlier.has(basis)) earlier.set(basis, task);
    if (twin === undefined || task.isSettled) continue;
    violations.report('no_overlap', () => ({
      path: pathIn(task, 'description'),
      taskId: namedId(task),
      message:
        `${nameOf(twin)} and ${nameOf(task)} are the same work by the same worker type: drop one of them, or say in each what sets it apart and is left to the other.`.replace(
          /^t/,
          'T',
        ),
    }));
  }
}

/** Of tasks that are told the same, those that build on different results are not the same. */
function twinAmong(earlier: ReadonlyMap<string, DraftTask>, basis: string): DraftTask | undefined {
  if (basis === '') return earlier.values().next().value;
  return earlier.get(basis) ?? earlier.get('');
}

function toldTo({ worker, description, requirements, approach, forEach, raw }: DraftTask): string {
  const focus = (raw as { readonly focus?: unknown }).focus;
  const texts = [
    description,
    ...requirements.toSorted(),
    approach ?? '',
    typeof focus === 'string' ? focus : '',
  ];
  return JSON.stringify([worker, forEach, ...texts.map(normalisedGoal)]);
}
