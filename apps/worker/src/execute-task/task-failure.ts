/** The task itself is at fault: it ends `failed` with this message, and running it again would not help. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
}

/** The journal of the task's model calls could not be reached: the task is not at fault, and is to run again. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';

  constructor(cause: Error) {
    super(`The journal can't be reached: ${cause.message}`, { cause });
  }
}
