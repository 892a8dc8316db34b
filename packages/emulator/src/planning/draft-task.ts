import type { Task } from '@baton/plan/plan';
import type { GoalFacts } from '../goal/goal-facts.ts';
import { slug } from '../goal/wording.ts';

/** What a task is for; a plan that must shrink gives up its checks first and keeps what it produces longest. */
export type Stage = 'gather' | 'combine' | 'produce' | 'check';

/** A task before a worker type has been chosen for it. */
export interface DraftTask extends Omit<Task, 'worker'> {
  readonly stage: Stage;
  /** Worker types that suit it, best first. */
  readonly suits: readonly string[];
}

/** Draws up the tasks for one kind of goal, in an order where dependencies come first. */
export type PlanTemplate = (facts: GoalFacts) => DraftTask[];

export const suits = {
  research: ['researcher', 'specialist', 'analyzer'],
  analysis: ['analyzer', 'specialist', 'researcher'],
  writing: ['writer', 'synthesizer', 'specialist'],
  expertise: ['specialist', 'writer', 'synthesizer'],
  coding: ['coder', 'specialist', 'writer'],
  review: ['reviewer', 'validator', 'analyzer'],
  validation: ['validator', 'reviewer'],
  /** A view that no usual worker type has. */
  judgement: ['specialist', 'analyzer', 'researcher'],
  audit: ['specialist', 'reviewer', 'analyzer'],
  merging: ['synthesizer', 'writer', 'analyzer'],
  outline: ['writer', 'analyzer', 'researcher'],
  subGoal: ['orchestrator'],
} as const;

type DraftFields = Pick<DraftTask, 'id' | 'stage' | 'suits' | 'description' | 'requirements'> &
  Partial<DraftTask>;

export function draft(fields: DraftFields): DraftTask {
  return { dependencies: [], priority: 'medium', complexity: 'medium', ...fields };
}

/** One id per name, each its own: `research-solar-power`; names without Latin letters become `research-part`. */
export function idsFor(prefix: string, names: readonly string[]): string[] {
  const taken = new Set<string>();
  for (const name of names) {
    const base = `${prefix}-${slug(name) || 'part'}`;
    let id = base;
    for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
    taken.add(id);
  }
  return [...taken];
}
