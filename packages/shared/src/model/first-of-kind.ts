/** Who of several processes is the first to do something, and when it is done. */
export interface FirstOfKind {
  readonly kind: 'first-of-kind';
}

/** For a process that shares its models with nobody: whoever asks is the first. */
export const alwaysFirst: FirstOfKind = { kind: 'first-of-kind' };
