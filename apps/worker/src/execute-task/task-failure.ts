/** The task itself is at fault: it ends `failed` with this message, and running it again would not help. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
}
