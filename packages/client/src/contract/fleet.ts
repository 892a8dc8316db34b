export type ModelTier = 'fast' | 'balanced' | 'strong';

/** A worker type that tasks may name, and what runs it now. */
export interface WorkerTypeView {
  type: string;
  description: string;
  bestFor: string;
  notFor: string;
  tier: ModelTier;
  builtIn: boolean;
  /** Live worker processes that take it. */
  workers: number;
  /** Tasks of it that they can run at once. */
  slots: number;
}

/** A named preset for a kind of goal. */
export interface RecipeView {
  name: string;
  title: string;
  description: string;
  /** Null when plans may name every worker type. */
  workerTypes: string[] | null;
  planHints: string[];
  synthesisHints: string[];
  /** Instructions of its own, added to those of the planner, the synthesiser and workers by their type; null without any. */
  prompts: {
    planner?: string | undefined;
    synthesis?: string | undefined;
    tasks?: Record<string, string> | undefined;
  } | null;
  exampleGoal: string;
  /** What goes with the example as its context, or null. */
  exampleContext: string | null;
}

export interface Backlog {
  /** Jobs that any free slot may take now. */
  waiting: number;
  active: number;
  /** Jobs that wait for a moment of their own, such as the end of an overload. */
  delayed: number;
  /** How long the one that waits longest has been ready to run, in ms; null when none waits. */
  oldestWaitingMs: number | null;
}

export interface WorkerTypeStats extends Backlog {
  type: string;
  /** Live worker processes that take it. */
  workers: number;
  /** Tasks of it that they can run at once. */
  slots: number;
  /** Slots that would be used at once if they were there: what to scale to. */
  slotsWanted: number;
}

/** Backlog and capacity of the whole fleet, over all tenants. */
export interface Stats {
  workerTypes: WorkerTypeStats[];
  /** Goals waiting for their plan. */
  planning: Backlog;
  /** Goals waiting for their answer to be put together. */
  synthesis: Backlog;
}
