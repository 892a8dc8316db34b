/** What one check found. */
export interface Finding {
  /** What was looked at, such as `server` or `redis`. */
  readonly check: string;
  /** `problem`: goals fail or wait because of it. `warning`: they may one day, or nobody can tell. */
  readonly state: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** What to do; null where nothing is to be done. */
  readonly remedy: string | null;
}

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message, remedy: null };
}

export function warning(check: string, message: string, remedy: string): Finding {
  return { check, state: 'warning', message, remedy };
}

export function problem(check: string, message: string, remedy: string): Finding {
  return { check, state: 'problem', message, remedy };
}
