/** A continuous token bucket: `perMinute` units at the most, refilled at `perMinute / 60` a second. Times are ms. */
export class TokenBucket {
  readonly perMinute: number;
  #level: number;
  #at: number;

  constructor(perMinute: number, now: number) {
    this.perMinute = perMinute;
    this.#level = perMinute;
    this.#at = now;
  }

  /** Units in the bucket; negative after a `take` that it could not cover. */
  level(now: number): number {
    const elapsed = Math.max(0, now - this.#at);
    this.#level = Math.min(this.perMinute, this.#level + (elapsed * this.perMinute) / 60_000);
    this.#at = Math.max(this.#at, now);
    return this.#level;
  }

  take(units: number, now: number): void {
    this.#level = this.level(now) - units;
  }

  /** Milliseconds until `units` are there; a request larger than the bucket waits for a full one. */
  waitMs(units: number, now: number): number {
    const missing = Math.min(units, this.perMinute) - this.level(now);
    return missing <= 0 ? 0 : Math.ceil((missing * 60_000) / this.perMinute);
  }
}
