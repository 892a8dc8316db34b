/** How good a result is, each from 0 (useless) to 1 (nothing left to wish for). */
export interface Scores {
  accuracy: number;
  completeness: number;
  requirements: number;
  consistency: number;
}

/** What the judges said of one version of a result. */
export interface Review {
  /** Counts from 1: the first is of the result as it came, each further one of a revision. */
  round: number;
  /** `none`: no judge gave a readable verdict. */
  verdict: 'pass' | 'fail' | 'none';
  /** Means over the judges; null without a verdict. */
  scores: Scores | null;
  /** What is to be done better, each point once. */
  feedback: string[];
  /** Judges that gave a verdict. */
  judges: number;
  /** Judges that let it pass; more than half must. */
  passes: number;
}
