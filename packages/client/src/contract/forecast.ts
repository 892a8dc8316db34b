/** What one part of a plan will take. */
export interface PartForecast {
  model: string;
  /** Of prompts and answers together, cached ones included. */
  tokens: number;
  /** US dollars; null when the price of the model is unknown. */
  costUsd: number | null;
  /** From its start to its end, without waiting for a free worker. */
  seconds: number;
  /** Past ones of the same kind with the same model that it rests on. */
  samples: number;
  /** `history`: what nine of ten of the latest ones stayed within; `prior`: there are too few, and this is a guess. */
  basis: 'history' | 'prior';
}

export interface PlanTaskForecast extends PartForecast {
  taskId: string;
}

/** What a budget does to a plan. */
export interface BudgetForecast {
  tokens: number;
  costUsd: number | null;
  /** What is kept is not known to take more than the budget allows. */
  fits: boolean;
  /** Tasks whose calls use a cheaper model than they would otherwise. */
  cheaper: { taskId: string; model: string }[];
  /** Tasks that don't run. */
  leftOut: string[];
}

/** What a plan will take, as far as it can be told before it runs. */
export interface Forecast {
  tokens: number;
  /** US dollars; null when the price of a model is unknown. */
  costUsd: number | null;
  /** Of the longest chain of tasks and the answer, without waiting for free workers. */
  seconds: number;
  synthesis: PartForecast;
  tasks: PlanTaskForecast[];
  /** What the budget of the request would do to the plan; null without one. */
  budget: BudgetForecast | null;
  /** What the forecast can't tell. */
  warnings: string[];
}
