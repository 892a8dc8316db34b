/** What calls are for: it decides when, how and at whose cost they are made. */
export interface CallPurpose {
  /** A worker type, or one of Baton's own roles with a colon before it, such as `:planner`. */
  readonly kind: string;
  readonly tenant: string;
  /** Of several calls that wait for the endpoint, those with less go first: ms since the epoch, as `urgencyOf` reckons it. */
  readonly urgency: number;
  /** `relaxed`: through batches. */
  readonly latency: 'normal' | 'relaxed';
  readonly hedge: boolean;
  /** Calls that are the same as one under way for the same tenant take that one's answer. */
  readonly singleFlight: boolean;
  /** The job that makes the calls, to be woken when an answer is there that it doesn't wait for; null where nobody comes back for it. */
  readonly job: { readonly queue: string; readonly id: string } | null;
}

/** Calls that nothing is known of: at once, in their order, each for itself. */
export const plainPurpose: CallPurpose = Object.freeze({
  kind: ':other',
  tenant: '',
  urgency: 0,
  latency: 'normal',
  hedge: false,
  singleFlight: false,
  job: null,
});
