/** The command line can not be obeyed: what is wrong with it, and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
